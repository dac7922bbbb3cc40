---------------------------- MODULE MCPreliminary ----------------------------
(***************************************************************************)
(* The preliminary protocol with one priest and one attempt: its steps     *)
(* follow one after the other.  It is wrong on purpose: its last step      *)
(* writes the decree in the ledger and sends no Success.                   *)
(***************************************************************************)
EXTENDS Integers

CONSTANT Decree
VARIABLES outcome, tried, ballots, messages

vars == <<outcome, tried, ballots, messages>>

null == [pst |-> 1, bal |-> -1, dec |-> "BLANK"]
Asked == [type |-> "NextBallot", bal |-> 0]
Answer == [type |-> "LastVote", bal |-> 0, vote |-> null]
Begun == [type |-> "BeginBallot", bal |-> 0, dec |-> Decree, qrm |-> {1}]
Vote == [type |-> "Voted", bal |-> 0, pst |-> 1]
Ballot(V) == [bal |-> 0, dec |-> Decree, qrm |-> {1}, vot |-> V]

Send(m) == m \notin messages /\ messages' = messages \cup {m}

Init ==
  /\ outcome = <<"BLANK">>
  /\ tried = {}
  /\ ballots = {}
  /\ messages = {}

NextBallot ==
  Send(Asked) /\ tried' = {0} /\ UNCHANGED <<outcome, ballots>>

SendLastVote ==
  Asked \in messages /\ Send(Answer) /\ UNCHANGED <<outcome, tried, ballots>>

BeginBallot ==
  /\ Answer \in messages
  /\ Send(Begun)
  /\ ballots' = {Ballot({})}
  /\ UNCHANGED <<outcome, tried>>

CastVote ==
  /\ Begun \in messages
  /\ Send(Vote)
  /\ ballots' = {Ballot({1})}
  /\ UNCHANGED <<outcome, tried>>

Succeed ==
  /\ Vote \in messages
  /\ outcome = <<"BLANK">>
  /\ outcome' = <<Decree>>
  /\ UNCHANGED <<tried, ballots, messages>>

Next == NextBallot \/ SendLastVote \/ BeginBallot \/ CastVote \/ Succeed
Spec == Init /\ [][Next]_vars

ATryIsAMessage == tried = {0} <=> Asked \in messages
=============================================================================
