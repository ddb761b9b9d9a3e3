# why: what a repr prints is nobody's output
# outcome: ran
# claim: wrong or unsettled
# claim: holds
class Printing:
    def __repr__(self):
        print("from repr")
        return "Printing()"


Printing()  # 5
print("own")  # 'own'
