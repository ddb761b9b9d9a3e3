# why: whoever patches json changes how others write it, not what the probes report
# outcome: ran
# claim: holds
# claim: wrong
import json
import json.encoder


def lie(*values, **options):
    return '{"finished": null}'


json.dumps = json.dump = json.JSONEncoder.encode = json.JSONEncoder.iterencode = lie
json.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = json.encoder.py_encode_basestring_ascii = lie
json._default_encoder = None
6 * 7  # 42
6 * 7  # 43
