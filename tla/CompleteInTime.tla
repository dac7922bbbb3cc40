--------------------------- MODULE CompleteInTime ---------------------------
(***************************************************************************)
(* The complete synod protocol in time: how long it takes from an instant, *)
(* T_el, until every priest who is present knows the outcome.  The handlers*)
(* are those of Complete.  Time is a variable, as in L. Lamport, "Real Time*)
(* is Really Simple" (2005).                                               *)
(*                                                                         *)
(* The unit of time is Delta, the longest time that a message takes.  From *)
(* T_el on:                                                                *)
(*                                                                         *)
(*  - The priests of Here are present, and only they.  The one with the    *)
(*    highest name is president.                                           *)
(*                                                                         *)
(*  - A message from one of them to another arrives within Delta, once or  *)
(*    more often.                                                          *)
(*                                                                         *)
(*  - The timer of a round fires at the instant at which it is due, after  *)
(*    the messages that have to arrive at the priest by then.              *)
(*                                                                         *)
(* Before T_el those who have left have begun their ballots, and nothing   *)
(* else has happened.  Their NextBallot may still arrive, by T_el + Delta. *)
(*                                                                         *)
(* The history variables of Complete, and its crashes, are not used.       *)
(***************************************************************************)
EXTENDS Complete

CONSTANTS
  Here,      \* the priests who are present from T_el on
  Round,     \* how long a president waits for answers, and then for votes
  Worst      \* the longest time that it takes

ASSUME
  /\ Here \in SUBSET Priests
  /\ Round \in Nat \ {0}
  /\ Worst \in Nat

VARIABLES
  now,     \* the time since T_el
  way,     \* what is on its way to those who are present
  clocks   \* clocks[p][t]: the time that timer t of p has left, or NotSet

unused == <<sent, crashesLeft, ballots, messages, crashedBeforeSending>>
timedVars == <<vars, now, way, clocks>>

NotSet == -1

President == Maximum(Here)

Over == \A p \in Here : ledgers[p].outcome # Blank

Parcel(envelope, must) ==
  \* A message on its way: the time in which it arrives, and whether it has to.
  [envelope |-> envelope, left |-> 1, must |-> must]

AskedBefore ==
  \* The NextBallots of those who have left.
  {[from |-> Owner(b), to |-> p,
    message |-> [type |-> "NextBallot", bal |-> b]] :
     b \in {c \in Numbers : Owner(c) \notin Here}, p \in Here}

TimedInit ==
  /\ Init
  /\ now = 0
  /\ way = {Parcel(e, FALSE) : e \in AskedBefore}
  /\ clocks = [p \in Here |->
                 [Absence |-> IF p = President THEN 0 ELSE NotSet,
                  Round   |-> NotSet]]

HasTo(w) == w.must /\ w.left = 0

IsDue(p) == \E t \in {"Absence", "Round"} : clocks[p][t] = 0

BeginsToPoll(p, desk) ==
  \* Whether his handler has begun a ballot's votes, and he has voted himself.
  /\ desk.slip.status = "polling"
  /\ slips[p].status # "polling"
  /\ desk.ledger.prevBal = desk.ledger.lastTried
  /\ desk.ledger.outcome = Blank

RoundLeft(p, desk, running) ==
  \* The time that his round has left, if this timer is running before.
  IF "Round" \notin desk.timers THEN NotSet
  ELSE IF \/ desk.ledger.lastTried # ledgers[p].lastTried
          \/ BeginsToPoll(p, desk)
    THEN Round
  ELSE running

TakeInput(p, input, left, absence, running) ==
  \* p takes an input.  Of what was on its way, this is left.
  LET desk == After(p, input)
      new  == {e \in Envelopes(desk.outputs) : e.to \in Here}
  IN  /\ ledgers' = [ledgers EXCEPT ![p] = desk.ledger]
      /\ slips' = [slips EXCEPT ![p] = desk.slip]
      /\ proposal' = [proposal EXCEPT ![p] = desk.proposal]
      /\ isPresident' = [isPresident EXCEPT ![p] = desk.isPresident]
      /\ timers' = [timers EXCEPT ![p] = desk.timers]
      /\ way' = left \cup {Parcel(e, TRUE) : e \in new}
      /\ clocks' = [clocks EXCEPT
                      ![p] = [Absence |-> absence,
                              Round   |-> RoundLeft(p, desk, running)]]
      /\ UNCHANGED <<now, unused>>

Arrive(w) ==
  \* A message arrives.  It may arrive again.
  LET e     == w.envelope
      p     == e.to
      input == [type |-> "Receive", from |-> e.from, message |-> e.message]
      again == (way \ {w}) \cup {[w EXCEPT !.must = FALSE]}
  IN  TakeInput(p, input, again, clocks[p].Absence, clocks[p].Round)

Fire(p, t) ==
  \* A timer fires.  What could arrive at p only at this instant has not arrived.
  LET later == {w \in way : w.envelope.to # p \/ w.left > 0}
  IN  /\ clocks[p][t] = 0
      /\ \A w \in way : w.envelope.to = p => ~HasTo(w)
      /\ TakeInput(p, [type |-> "Timeout", timer |-> t], later,
                   IF t = "Absence" THEN NotSet ELSE clocks[p].Absence,
                   IF t = "Round" THEN NotSet ELSE clocks[p].Round)

Earlier(time) == IF time = NotSet THEN NotSet ELSE time - 1

Tick ==
  \* Time passes, if nothing has to happen at this instant.
  /\ \A w \in way : ~HasTo(w)
  /\ \A p \in Here : ~IsDue(p)
  /\ now' = now + 1
  /\ way' = {[w EXCEPT !.left = @ - 1] : w \in {v \in way : v.left > 0}}
  /\ clocks' = [p \in Here |-> [Absence |-> Earlier(clocks[p].Absence),
                                Round   |-> Earlier(clocks[p].Round)]]
  /\ UNCHANGED vars

TimedNext ==
  /\ ~Over
  /\ \/ \E w \in way : Arrive(w)
     \/ \E p \in Here, t \in {"Absence", "Round"} : Fire(p, t)
     \/ Tick

TimedSpec == TimedInit /\ [][TimedNext]_timedVars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The claims.  That Worst is taken is shown by a run that violates the    *)
(* second one.                                                             *)
(***************************************************************************)
InTime == now <= Worst

IsOverBefore == Over => now < Worst
=============================================================================
