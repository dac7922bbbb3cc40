"""Drives the priests through test traces that `synod traces --enabled` has written as ITF.
After every step it compares all variables with the model's, and what the priests would do
next with what the model allows.

    python3 replay.py TRACES [--wrong forgets-promises]
"""

import argparse
import copy
import json
import pathlib
import re
import sys

from priest import Priest, message_name


def value(itf):
    """A value of ITF in Python."""
    if isinstance(itf, dict):
        if "#map" in itf:
            return {value(key): value(of) for key, of in itf["#map"]}
        if "#set" in itf:
            return sorted(value(element) for element in itf["#set"])
        if "#bigint" in itf:
            return int(itf["#bigint"])
    return itf


class System:
    """All priests, and the messages that were sent, by their names."""

    def __init__(self, names, wrong):
        self.priests = {name: Priest(name, names, wrong) for name in names}
        self.sent = {}

    def take(self, step):
        """Takes a step by its name in the model. Returns whether it took effect."""
        name, action = step.split(": ", 1)
        priest = self.priests[name]
        if action.startswith("Try New Ballot "):
            return priest.try_new_ballot(int(action.rsplit(" ", 1)[1]))
        if polling := re.fullmatch(r"Start Polling \{(.*)\} on (.*)", action):
            return priest.start_polling(frozenset(polling[1].split()), polling[2])
        if action == "Succeed":
            return priest.succeed()
        verb, what = action.split(" ", 1)
        if verb == "Receive":
            return any([priest.receive(message) for message in self.sent.get(what, [])])
        message = priest.message(what)
        if not message or message in self.sent.get(message_name(message), []):
            return False
        self.sent.setdefault(message_name(message), []).append(message)
        return True

    def may_take(self, step):
        return copy.deepcopy(self).take(step)


def difference(system, state):
    """The first variable that is not as in the model."""
    for name, priest in system.priests.items():
        for variable, ours in priest.variables().items():
            # ITF has a number as a text, if the variable may also be −∞.
            theirs = value(state[variable])[name]
            if str(ours) != str(theirs):
                return f"{variable}[{name}] is {ours}, and {theirs} in the model"
    return None


def replay(trace, steps, wrong):
    """What goes wrong in a trace, or None. `steps` are the names of all steps."""
    states = trace["states"]
    system = System(list(value(states[0]["status"])), wrong)
    for index, state in enumerate(states):
        step = state["mbt::nondetPicks"]["step"]["value"] if index else None
        at = f"state {index}, after {step}" if step else "at first"
        if step and not system.take(step):
            return f"{at}: the implementation does not take this step"
        if wrong_value := difference(system, state):
            return f"{at}: {wrong_value}"
        enabled = value(state["enabled"])
        for step in steps:
            if system.may_take(step) != (step in enabled):
                verb = "does not allow" if step not in enabled else "allows"
                return f"{at}: the model {verb} {step}, the implementation decides otherwise"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("traces", type=pathlib.Path)
    parser.add_argument("--wrong", choices=["forgets-promises"])
    options = parser.parse_args()
    files = sorted(options.traces.glob("*.itf.json"))
    if not files:
        sys.exit(f"{options.traces}: no file with the ending .itf.json")
    traces = {file: json.loads(file.read_text(encoding="utf-8")) for file in files}
    if any("enabled" not in trace["vars"] for trace in traces.values()):
        sys.exit(f"{options.traces}: write the traces with --enabled")
    states = [state for trace in traces.values() for state in trace["states"]]
    steps = sorted({step for state in states for step in value(state["enabled"])})
    failed = 0
    for file, trace in traces.items():
        if wrong := replay(trace, steps, options.wrong):
            print(f"{file.name}: {wrong}")
            failed += 1
    print(f"{len(files) - failed} of {len(files)} traces pass")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
