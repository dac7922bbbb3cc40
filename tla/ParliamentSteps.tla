--------------------------- MODULE ParliamentSteps ---------------------------
(***************************************************************************)
(* The parliament refines the basic protocol, at each decree number.       *)
(*                                                                         *)
(* As in CompleteSteps, a step of Parliament is several steps of Basic: a  *)
(* stuttering variable, pending, has the Dids of the last step that have   *)
(* not been shown, and they are shown one at a time.  The state of Basic   *)
(* at a decree number is the one in the first pending Did if there is one, *)
(* and otherwise that of Parliament.                                       *)
(*                                                                         *)
(* A Did is one action of A.1 in the instances of one number or of many.   *)
(* So when it is shown, each number takes one step of Basic, or none.      *)
(***************************************************************************)
EXTENDS Parliament

VARIABLE pending     \* the Dids of the last step that have not been shown

stepsVars == <<vars, pending>>

Dids(outputs) ==
  \* The states of Basic after the actions of A.1 that took place, in their order.
  LET dids == SelectSeq(outputs, LAMBDA o : o.type = "Did")
  IN  [i \in DOMAIN dids |-> dids[i].paper]

StepsInit == Init /\ pending = << >>

StepsHandle(p) ==
  \E input \in Inputs(p) :
    LET desk == HandledBy(p, input)
    IN  /\ CarryOut(p, desk)
        /\ pending' = Dids(desk.outputs)

StepsCrashDuring(p) ==
  \* The actions before the crash take place; then the slip is lost.
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET outputs == HandledBy(p, input).outputs
       IN  \E i \in Cuts(outputs) :
             /\ CutOff(p, outputs, i)
             /\ pending' = Dids(SubSeq(outputs, 1, i - 1))

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
Shown == IF pending = << >> THEN paper ELSE Head(pending)

Seen(n) == INSTANCE Basic WITH
  Forgetful <- TRUE,
  outcome   <- Shown[n].outcome,
  lastTried <- Shown[n].lastTried,
  prevBal   <- Shown[n].prevBal,
  prevDec   <- Shown[n].prevDec,
  nextBal   <- Shown[n].nextBal,
  status    <- Shown[n].status,
  prevVotes <- Shown[n].prevVotes,
  quorum    <- Shown[n].quorum,
  voters    <- Shown[n].voters,
  decree    <- Shown[n].decree,
  ballots   <- Shown[n].ballots,
  messages  <- Shown[n].messages

InvSeen ==
  \* I1 to I7 hold also within handlers.
  \A n \in DecreeNumbers : Seen(n)!I

EndsWhereItEnds ==
  \* The last Did has the state after the handler, except that a crash loses the
  \* slip of one legislator.
  Len(pending) = 1 =>
    \/ Head(pending) = paper
    \/ \E p \in Priests : SlipLost(Head(pending), p) = paper

RefinesBasic ==
  \* Seen(n)!Spec for every decree number n.  (It is written out, because TLC checks
  \* no conjunction of such formulas over a variable.)
  /\ \A n \in DecreeNumbers : Seen(n)!Init
  /\ [][\A n \in DecreeNumbers :
           Seen(n)!Next \/ UNCHANGED Seen(n)!vars]_stepsVars

THEOREM StepsSpec => []InvSeen /\ []EndsWhereItEnds
THEOREM StepsSpec => RefinesBasic
=============================================================================
