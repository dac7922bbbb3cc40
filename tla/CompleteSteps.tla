---------------------------- MODULE CompleteSteps ----------------------------
(***************************************************************************)
(* The complete protocol refines the basic protocol.                       *)
(*                                                                         *)
(* One step of Complete is several of Basic: a president who is alone      *)
(* tries a ballot, begins it, votes in it and writes the outcome down in   *)
(* one handler.  So there is no step of Basic, and for the same reason no  *)
(* step of Ballots, that such a step could be, and Spec => Above!Spec is   *)
(* false.                                                                  *)
(*                                                                         *)
(* What is true is that a handler goes THROUGH steps of Basic.  Its        *)
(* outputs say which: after each action of A.1 there is a Did, with how    *)
(* things stand then.  Here a stuttering variable is added, pending, that  *)
(* holds those Dids which have not been shown yet.  A step of Complete     *)
(* puts them all there; then they are shown one at a time, and nothing     *)
(* else happens in between.  What Basic sees is the first of them while    *)
(* there is one, and the state as it is when there is none.                *)
(*                                                                         *)
(* The added variable stands in nobody's way: pending can always become    *)
(* empty, and Complete then goes on as it likes.  So every behaviour of    *)
(* Complete is one of this module with pending hidden and steps added that *)
(* change nothing, which is what                                           *)
(*                                                                         *)
(*    Spec => \EE pending : StepsSpec                                      *)
(*                                                                         *)
(* says.  With StepsSpec => RefinesBasic, which TLC evaluates, each        *)
(* behaviour of Complete is a behaviour of Basic, seen after each handler. *)
(***************************************************************************)
EXTENDS Complete

VARIABLE pending     \* the Dids of the last step that were not shown yet

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
  \* What took place before the crash, and then the slip is lost.
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET desk == After(p, input)
       IN  /\ IsPossible(desk)
           /\ \E i \in Cuts(desk.outputs) :
                /\ CutOff(p, desk.outputs, i)
                /\ pending' = Dids(SubSeq(desk.outputs, 1, i - 1))

StepsCrash(p) == Crash(p) /\ pending' = << >>

Show ==
  \* One action of A.1 more is shown.
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
(* What Basic sees.                                                        *)
(***************************************************************************)
IsShown(p) ==
  \* p is in the middle of a handler.
  pending # << >> /\ Head(pending).priest = p

LedgerSeen(p) == IF IsShown(p) THEN Head(pending).ledger ELSE ledger[p]

SlipSeen(p) == IF IsShown(p) THEN Head(pending).slip ELSE slip[p]

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
  \* I1 to I7 hold in the middle of handlers too.
  Seen!I

EndsWhereItEnds ==
  \* When one Did is left, it is how things stand after the handler; but for
  \* the slip, if he has crashed.
  Len(pending) = 1 =>
    LET last == Head(pending)
    IN  /\ last.ledger = ledger[last.priest]
        /\ last.slip = slip[last.priest] \/ slip[last.priest] = BlankSlip
        /\ last.ballots = ballots
        /\ last.messages = messages

RefinesBasic == Seen!Spec

RefinesPreliminary ==
  \* A.1 itself does so for two ballots only.
  Seen!RefinesPreliminary

THEOREM StepsSpec => []InvSeen /\ []EndsWhereItEnds
THEOREM StepsSpec => RefinesBasic
THEOREM StepsSpec => RefinesPreliminary
=============================================================================
