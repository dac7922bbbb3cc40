"""Lets priests pass a decree over a network that loses, repeats and reorders messages, and
writes what each of them did to a log of its own, for `synod audit --against`.

    python3 run.py LOGS [--seed N] [--wrong forgets-promises]
"""

import argparse
import json
import pathlib
import random

from priest import Priest, message_name

PRIESTS = ["Α", "Β", "Γ"]  # Greek letters, as the model names its priests.
DECREES = {"Α": "a", "Β": "b"}  # Who conducts a ballot, and on what if he is free to choose.


class Node:
    """A priest and his log."""

    def __init__(self, me, wrong, folder, network):
        self.priest, self.network = Priest(me, PRIESTS, wrong), network
        self.log = open(folder / f"{PRIESTS.index(me)}.jsonl", "w", encoding="utf-8")

    def did(self, action):
        me = self.priest.me
        line = {"process": me, "action": action, "state": {me: self.priest.variables()}}
        print(json.dumps(line, ensure_ascii=False), file=self.log)

    def send(self, kind):
        message = self.priest.message(kind)
        if message:
            self.network.append(message)
            self.did(f"Send {kind}")

    def begin(self, number):
        if self.priest.try_new_ballot(number):
            self.did(f"Try New Ballot {number}")
            self.send("NextBallot")

    def handle(self, message):
        """Receives a message, and does what follows."""
        if not self.priest.receive(message):
            return  # It changes nothing, so it is no step.
        kind = message[0]
        self.did(f"Receive {message_name(message)}")
        if kind in ("NextBallot", "BeginBallot"):
            self.send({"NextBallot": "LastVote", "BeginBallot": "Voted"}[kind])
        elif kind == "LastVote":
            self.poll()
        elif kind == "Voted" and self.priest.succeed():
            self.did("Succeed")
            self.send("Success")

    def poll(self):
        votes = self.priest.prev_votes
        number, decree = max(votes.values(), key=lambda vote: vote[0])
        quorum, decree = frozenset(votes), decree or DECREES[self.priest.me]
        if self.priest.start_polling(quorum, decree):
            self.did(f"Start Polling {{{' '.join(sorted(quorum))}}} on {decree}")
            self.send("BeginBallot")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("logs", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wrong", choices=["forgets-promises"])
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    chance, network = random.Random(options.seed), []
    nodes = [Node(me, options.wrong, options.logs, network) for me in PRIESTS]
    ballots = [0, 1]  # Number 0 is Α's, 1 is Β's.
    for _ in range(200):
        if ballots and chance.randrange(8) == 0:
            number = ballots.pop(chance.randrange(len(ballots)))
            nodes[number].begin(number)
        elif network:
            message = network[chance.randrange(len(network))]
            nodes[chance.randrange(len(nodes))].handle(message)
    for node in nodes:
        node.log.close()
        print(f"{node.priest.me}: {node.priest.outcome or 'no decree yet'}")


if __name__ == "__main__":
    main()
