"""The basic protocol of "The Part-Time Parliament" (§2.3, A.1), in Python.

A priest (process) has a ledger (on disk) and a slip of paper (in memory). Each method is an
action of A.1: it returns whether it was possible and took effect. A message is a tuple of
its name and its contents; ballot number b belongs to priest b mod n.
"""

NONE = "−∞"  # No ballot number, as the model prints it.
BLANK = "BLANK"  # No decree.


class Priest:
    def __init__(self, me, priests, wrong=None):
        self.me, self.priests, self.wrong = me, priests, wrong
        # The ledger.
        self.outcome = self.prev_dec = None
        self.last_tried = self.prev_bal = self.next_bal = -1
        self.lose_slip()

    def lose_slip(self):
        self.status, self.prev_votes, self.decree = "idle", {}, None
        self.quorum, self.voters = frozenset(), frozenset()
        return True

    # Actions of a priest who conducts a ballot.

    def try_new_ballot(self, number):
        if number <= self.last_tried or self.priests[number % len(self.priests)] != self.me:
            return False
        self.lose_slip()
        self.last_tried, self.status = number, "trying"
        return True

    def start_polling(self, quorum, decree):
        """Begins the ballot. B3: a decree that a priest of the quorum may have helped to pass
        must be kept. It is that of the largest of the previous votes."""
        is_majority = 2 * len(quorum) > len(self.priests)
        if self.status != "trying" or not is_majority or not quorum <= self.prev_votes.keys():
            return False
        largest = max(self.prev_votes.values(), key=lambda vote: vote[0])
        if largest[0] >= 0 and largest[1] != decree:
            return False
        self.status, self.quorum, self.decree = "polling", quorum, decree
        self.voters = frozenset()
        return True

    def succeed(self):
        if self.status != "polling" or not self.quorum <= self.voters or self.outcome:
            return False
        self.outcome = self.decree
        return True

    # What a priest may send now.

    def message(self, kind):
        """The message of this kind that may be sent now, or None."""
        if kind == "NextBallot" and self.status == "trying":
            return kind, self.last_tried
        if kind == "LastVote" and self.next_bal > self.prev_bal:
            return kind, self.next_bal, (self.me, self.prev_bal, self.prev_dec)
        if kind == "BeginBallot" and self.status == "polling":
            return kind, self.last_tried, self.decree, self.quorum
        if kind == "Voted" and self.prev_bal >= 0:
            return kind, self.prev_bal, self.me
        if kind == "Success" and self.outcome:
            return kind, self.outcome
        return None

    # What a priest does with a message.

    def receive(self, message):
        kind, *contents = message
        return getattr(self, f"_receive_{kind}")(*contents)

    def _receive_NextBallot(self, number):
        if number <= self.next_bal:
            return False
        self.next_bal = number  # The promise: no vote below this number.
        return True

    def _receive_LastVote(self, number, vote):
        priest, *vote = vote
        if number != self.last_tried or self.status != "trying" or priest in self.prev_votes:
            return False
        self.prev_votes[priest] = tuple(vote)
        return True

    def _receive_BeginBallot(self, number, decree, quorum):
        keeps_promise = number == self.next_bal or self.wrong == "forgets-promises"
        if self.me not in quorum or not keeps_promise or number <= self.prev_bal:
            return False
        self.prev_bal, self.prev_dec = number, decree
        return True

    def _receive_Voted(self, number, priest):
        if number != self.last_tried or self.status != "polling" or priest in self.voters:
            return False
        self.voters |= {priest}
        return True

    def _receive_Success(self, decree):
        if self.outcome:
            return False
        self.outcome = decree
        return True

    # The variables, as `synod explore` shows them.

    def variables(self):
        number = lambda b: NONE if b < 0 else b
        votes = (vote_name((q, *vote)) for q, vote in self.prev_votes.items())
        return {
            "outcome": self.outcome or BLANK,
            "lastTried": number(self.last_tried),
            "prevBal": number(self.prev_bal),
            "prevDec": self.prev_dec or BLANK,
            "nextBal": number(self.next_bal),
            "status": self.status,
            "prevVotes": sorted(votes),
            "quorum": sorted(self.quorum),
            "voters": sorted(self.voters),
            "decree": self.decree or BLANK,
        }


def vote_name(vote):
    priest, number, decree = vote
    return f"null_{priest}" if number < 0 else f"({priest}, {number}, {decree})"


def message_name(message):
    """The name of a message in the model."""
    kind, *contents = message
    if kind == "LastVote":
        contents[1] = vote_name(contents[1])
    # The quorum is the address of a BeginBallot.
    return f"{kind}({', '.join(str(part) for part in contents[:2])})"
