------------------------------ MODULE MCPaxos ------------------------------
(***************************************************************************)
(* The bounds for TLC.  A configuration gives Priests, Decrees and the     *)
(* constant below; it has Numbers <- MCNumbers and                         *)
(* Majorities <- MCMajorities.                                             *)
(***************************************************************************)
EXTENDS Paxos

CONSTANT Ballots     \* the ballots are 0..Ballots-1

MCNumbers    == 0..(Ballots - 1)
MCMajorities == MajoritySets([a \in Priests |-> 1])
=============================================================================
