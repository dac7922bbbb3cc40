------------------------------ MODULE MCPaxos ------------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees and the     *)
(* constant below; it has Numbers <- MCNumbers and                         *)
(* Majorities <- MCMajorities.                                             *)
(***************************************************************************)
EXTENDS Paxos, TLC

CONSTANT Ballots     \* the ballots are 0..Ballots-1

MCNumbers == 0..(Ballots - 1)
MCMajorities ==
  \* TLCEval: they are computed once, and not again in every state.
  TLCEval(MajoritySets([a \in Priests |-> 1]))
=============================================================================
