---------------------------- MODULE CompleteSteps ----------------------------
(***************************************************************************)
(* The complete protocol refines the basic protocol.                       *)
(*                                                                         *)
(* One step of Complete corresponds to several steps of Basic: a president *)
(* without other priests tries a ballot, begins it, votes in it and writes *)
(* the outcome down in one handler.  No single step of Basic, and no       *)
(* single step of Ballots, has this effect, so Spec => Above!Spec is       *)
(* false.                                                                  *)
(*                                                                         *)
(* Instead, a handler consists of several steps of Basic, one after the    *)
(* other.  The handler's outputs say which: after each action of A.1 there *)
(* is a Did, with the state after that action.  This module adds a         *)
(* stuttering variable, pending, with the Dids that have not been shown.   *)
(* A step of Complete puts all its Dids there.  Then they are shown one at *)
(* a time, and no other step happens in between.  The state of Basic is    *)
(* the one in the first pending Did if there is one, and otherwise the     *)
(* state of Complete.                                                      *)
(*                                                                         *)
(* The added variable does not restrict Complete: pending can always       *)
(* become empty, and then every step of Complete is possible.  So every    *)
(* behavior of Complete is a behavior of this module in which pending is   *)
(* hidden and steps that change nothing are added.  As a formula:          *)
(*                                                                         *)
(*    Spec => \EE pending : StepsSpec                                      *)
(*                                                                         *)
(* Together with StepsSpec => RefinesBasic, which TLC checks, each         *)
(* behavior of Complete is a behavior of Basic, if it is observed after    *)
(* each handler.                                                           *)
(***************************************************************************)
EXTENDS Complete

VARIABLE pending     \* the Dids of the last step that have not been shown

stepsVars == <<vars, pending>>

Dids(outputs) ==
  \* The actions of A.1 that took place, in their order.
  SelectSeq(outputs, LAMBDA o : o.type = "Did")

StepsInit == Init /\ pending = << >>

StepsHandle(p) ==
  \E input \in Inputs(p) :
    /\ HandleInput(p, input)
    /\ pending' = Dids(After(p, input).outputs)

StepsCrashDuring(p) ==
  \* The actions before the crash take place; then the slip is lost.
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET desk == After(p, input)
       IN  /\ IsPossible(desk)
           /\ \E i \in Cuts(desk.outputs) :
                /\ CutOff(p, desk.outputs, i)
                /\ pending' = Dids(SubSeq(desk.outputs, 1, i - 1))

StepsCrash(p) == Crash(p) /\ pending' = << >>

Show ==
  \* The next action of A.1 is shown.
  /\ pending # << >>
  /\ pending' = Tail(pending)
  /\ UNCHANGED vars

StepsNext ==
  \/ /\ pending = << >>
     /\ \E p \in Priests :
          StepsHandle(p) \/ StepsCrashDuring(p) \/ StepsCrash(p)
  \/ Show

StepsSpec == StepsInit /\ [][StepsNext]_stepsVars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The state of Basic.                                                     *)
(***************************************************************************)
IsShown(p) ==
  \* p is in the middle of a handler.
  pending # << >> /\ Head(pending).priest = p

LedgerSeen(p) == IF IsShown(p) THEN Head(pending).ledger ELSE ledgers[p]

SlipSeen(p) == IF IsShown(p) THEN Head(pending).slip ELSE slips[p]

Seen == INSTANCE Basic WITH
  Forgetful <- TRUE,
  outcome   <- [p \in Priests |-> LedgerSeen(p).outcome],
  lastTried <- [p \in Priests |-> LedgerSeen(p).lastTried],
  prevBal   <- [p \in Priests |-> LedgerSeen(p).prevBal],
  prevDec   <- [p \in Priests |-> LedgerSeen(p).prevDec],
  nextBal   <- [p \in Priests |-> LedgerSeen(p).nextBal],
  status    <- [p \in Priests |-> SlipSeen(p).status],
  prevVotes <- [p \in Priests |-> SlipSeen(p).prevVotes],
  quorum    <- [p \in Priests |-> SlipSeen(p).quorum],
  voters    <- [p \in Priests |-> SlipSeen(p).voters],
  decree    <- [p \in Priests |-> SlipSeen(p).decree],
  ballots   <- IF pending = << >> THEN ballots ELSE Head(pending).ballots,
  messages  <- IF pending = << >> THEN messages ELSE Head(pending).messages

InvSeen ==
  \* I1 to I7 hold also within handlers.
  Seen!I

EndsWhereItEnds ==
  \* The last Did has the state after the handler, except for the slip if the
  \* priest has crashed.
  Len(pending) = 1 =>
    LET last == Head(pending)
    IN  /\ last.ledger = ledgers[last.priest]
        /\ last.slip = slips[last.priest] \/ slips[last.priest] = BlankSlip
        /\ last.ballots = ballots
        /\ last.messages = messages

RefinesBasic == Seen!Spec

RefinesPreliminary ==
  \* A.1 as printed refines it only with two ballots.
  Seen!RefinesPreliminary

THEOREM StepsSpec => []InvSeen /\ []EndsWhereItEnds
THEOREM StepsSpec => RefinesBasic
THEOREM StepsSpec => RefinesPreliminary
=============================================================================
