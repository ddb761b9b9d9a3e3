# why: a repr that changes what it shows, and is another each time, gets a verdict like any other
# outcome: ran
# claim: wrong or unsettled
class Changing(list):
    def __repr__(self):
        self.append(len(self))
        return f"Changing({len(self)})"


Changing()  # 5
