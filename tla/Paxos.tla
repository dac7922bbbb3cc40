------------------------------- MODULE Paxos -------------------------------
(***************************************************************************)
(* The protocol as Lamport later published it in TLA+, with the words of   *)
(* that publication: Phases 1a to 2b, acceptors and values.  It can be     *)
(* compared with Basic, and it is the model on which checkers are          *)
(* compared.                                                               *)
(*                                                                         *)
(* Differences from Basic: ballots have no owners, and there are no slips. *)
(* The leader of a ballot is not part of the state; only its messages are. *)
(* An acceptor may vote in a ballot above the largest one it has heard of. *)
(* No process records an outcome.                                          *)
(*                                                                         *)
(* Acceptors are the priests of Mathematics, values its decrees.           *)
(***************************************************************************)
EXTENDS Mathematics

None == "None"       \* no value

ASSUME None \notin Decrees

VARIABLES
  maxBal,      \* for each acceptor, the largest ballot it has heard of
  maxVBal,     \* the last ballot in which it voted
  maxVal,      \* the value for which it voted there
  msgs         \* the messages that were sent; none is ever removed

vars == <<maxBal, maxVBal, maxVal, msgs>>

-----------------------------------------------------------------------------
M1a(b)          == [type |-> "1a", bal |-> b]
M1b(a, b, c, v) == [type |-> "1b", acc |-> a, bal |-> b, mbal |-> c, mval |-> v]
M2a(b, v)       == [type |-> "2a", bal |-> b, val |-> v]
M2b(a, b, v)    == [type |-> "2b", acc |-> a, bal |-> b, val |-> v]

Message ==
       [type : {"1a"}, bal : Numbers]
  \cup [type : {"1b"}, acc : Priests, bal : Numbers,
        mbal : Numbers \cup {MinusInfinity}, mval : Decrees \cup {None}]
  \cup [type : {"2a"}, bal : Numbers, val : Decrees]
  \cup [type : {"2b"}, acc : Priests, bal : Numbers, val : Decrees]

Sent(type) == {m \in msgs : m.type = type}

Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ maxBal  = [a \in Priests |-> MinusInfinity]
  /\ maxVBal = [a \in Priests |-> MinusInfinity]
  /\ maxVal  = [a \in Priests |-> None]
  /\ msgs    = {}

-----------------------------------------------------------------------------
Phase1a(b) ==
  \* Ballot b is announced.
  /\ M1a(b) \notin msgs
  /\ Send(M1a(b))
  /\ UNCHANGED <<maxBal, maxVBal, maxVal>>

Phase1b(a) ==
  \* a agrees to take part, from now on in no earlier ballot, and reports its
  \* last vote.
  \E m \in Sent("1a") :
    /\ m.bal > maxBal[a]
    /\ maxBal' = [maxBal EXCEPT ![a] = m.bal]
    /\ Send(M1b(a, m.bal, maxVBal[a], maxVal[a]))
    /\ UNCHANGED <<maxVBal, maxVal>>

Safe(b, v, Q) ==
  \* All of Q have answered ballot b, and v is the value of the largest vote
  \* that they reported, or any value if they reported none.
  LET answers == {m \in Sent("1b") : m.bal = b /\ m.acc \in Q}
      told    == {m \in answers : m.mbal # MinusInfinity}
  IN  /\ \A a \in Q : \E m \in answers : m.acc = a
      /\ \/ told = {}
         \/ \E m \in told :
              /\ m.mval = v
              /\ \A n \in told : n.mbal <= m.mbal

Phase2a(b, v) ==
  \* The acceptors are asked to vote for v, the only value of ballot b.
  /\ \A m \in Sent("2a") : m.bal # b
  /\ \E Q \in Majorities : Safe(b, v, Q)
  /\ Send(M2a(b, v))
  /\ UNCHANGED <<maxBal, maxVBal, maxVal>>

Phase2b(a) ==
  \* a votes, unless it agreed to a later ballot.  It does not repeat a vote:
  \* that would change nothing.
  \E m \in Sent("2a") :
    /\ m.bal >= maxBal[a]
    /\ M2b(a, m.bal, m.val) \notin msgs
    /\ maxBal'  = [maxBal EXCEPT ![a] = m.bal]
    /\ maxVBal' = [maxVBal EXCEPT ![a] = m.bal]
    /\ maxVal'  = [maxVal EXCEPT ![a] = m.val]
    /\ Send(M2b(a, m.bal, m.val))

Next ==
  \/ \E b \in Numbers : Phase1a(b) \/ \E v \in Decrees : Phase2a(b, v)
  \/ \E a \in Priests : Phase1b(a) \/ Phase2b(a)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(* The claims.                                                             *)
(***************************************************************************)
TypeOK ==
  /\ maxBal  \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ maxVBal \in [Priests -> Numbers \cup {MinusInfinity}]
  /\ maxVal  \in [Priests -> Decrees \cup {None}]
  /\ msgs \subseteq Message
  /\ \A a \in Priests : maxVBal[a] <= maxBal[a]

Chosen ==
  \* The values for which a whole majority set voted in one ballot.
  {v \in Decrees :
     \E b \in Numbers, Q \in Majorities : \A a \in Q : M2b(a, b, v) \in msgs}

Consistency == Cardinality(Chosen) <= 1

THEOREM Spec => [](TypeOK /\ Consistency)

Above == INSTANCE Consensus WITH chosen <- Chosen

RefinesConsensus == Above!Spec

THEOREM Spec => RefinesConsensus
=============================================================================
