---------------------------- MODULE MCParliament ----------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees, LastNumber,*)
(* InFlight, Batch, Waiting, Crashes, and the constants below; it has      *)
(* Presidents <- Tryers, Numbers <- MCNumbers, Majorities <- MCMajorities  *)
(* and Asked <- MCAsked.                                                   *)
(***************************************************************************)
EXTENDS Parliament, TLC

CONSTANTS
  Tryers,      \* the legislators who may become president
  Attempts,    \* the ballots that each of them may start
  Weight       \* the weight of each legislator

Equal     == [p \in Priests |-> 1]
OneOneTwo == <<1, 1, 2>>

MCNumbers    == NumbersOf(Tryers, Attempts)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets(Weight))

MCAsked ==
  \* The first legislator may be asked for the first request, and so on in turn.
  LET n       == Cardinality(Priests)
      inOrder == SelectSeq(<<"write a", "write b", "write c">>,
                           LAMBDA d : d \in Requests)
  IN  [p \in Priests |->
         {inOrder[i] : i \in {j \in DOMAIN inOrder : ((j - 1) % n) + 1 = p}}]
=============================================================================
