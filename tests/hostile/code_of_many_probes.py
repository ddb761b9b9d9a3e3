# why: ten thousand statements with claims on one line each are judged within the time limit or say why not
# outcome: any
# timeout: 10
@repeat 3000 1;@1
