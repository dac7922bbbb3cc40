------------------------------- MODULE Paxos -------------------------------
(* The model `paxos` of this workspace, for TLC.                           *)
(*                                                                         *)
(*     java -cp tla2tools.jar tlc2.TLC -workers 1 \                        *)
(*          -deadlock -config MCPaxos.cfg Paxos.tla                        *)
(*                                                                         *)
(* MCPaxos.cfg has 4 ballots, 3 acceptors, 2 values. Distinct states and   *)
(* depth for 2, 3, 4: 3,921 and 17; 185,369 and 25; 8,220,065 and 33.      *)
EXTENDS Integers, TLC

CONSTANTS Acceptor, Value, Quorum, Ballot, None

ASSUME /\ \A Q \in Quorum : Q \subseteq Acceptor
       /\ \A Q, R \in Quorum : Q \cap R # {}
       /\ Ballot \subseteq Nat
       /\ None \notin Value

\* For SYMMETRY in the configuration: acceptors and values are interchangeable.
Symmetry == Permutations(Acceptor) \cup Permutations(Value)

VARIABLES msgs, maxBal, maxVBal, maxVal

vars == <<msgs, maxBal, maxVBal, maxVal>>

Message ==
       [type : {"1a"}, bal : Ballot]
  \cup [type : {"1b"}, acc : Acceptor, bal : Ballot,
        mbal : Ballot \cup {-1}, mval : Value \cup {None}]
  \cup [type : {"2a"}, bal : Ballot, val : Value]
  \cup [type : {"2b"}, acc : Acceptor, bal : Ballot, val : Value]

TypeOK == /\ msgs \subseteq Message
          /\ maxBal \in [Acceptor -> Ballot \cup {-1}]
          /\ maxVBal \in [Acceptor -> Ballot \cup {-1}]
          /\ maxVal \in [Acceptor -> Value \cup {None}]

Init == /\ msgs = {}
        /\ maxBal = [a \in Acceptor |-> -1]
        /\ maxVBal = [a \in Acceptor |-> -1]
        /\ maxVal = [a \in Acceptor |-> None]

Send(m) == msgs' = msgs \cup {m}

Phase1a(b) == /\ Send([type |-> "1a", bal |-> b])
              /\ UNCHANGED <<maxBal, maxVBal, maxVal>>

Phase1b(a) ==
  \E m \in msgs :
    /\ m.type = "1a"
    /\ m.bal > maxBal[a]
    /\ maxBal' = [maxBal EXCEPT ![a] = m.bal]
    /\ Send([type |-> "1b", acc |-> a, bal |-> m.bal,
             mbal |-> maxVBal[a], mval |-> maxVal[a]])
    /\ UNCHANGED <<maxVBal, maxVal>>

\* Every member of Q has answered ballot b, and the largest vote that they
\* reported, if any, is for v.
LeavesFree(Q, b, v) ==
  LET answers == {m \in msgs : m.type = "1b" /\ m.bal = b /\ m.acc \in Q}
      votes == {m \in answers : m.mbal >= 0}
  IN  /\ \A a \in Q : \E m \in answers : m.acc = a
      /\ \/ votes = {}
         \/ \E m \in votes : /\ m.mval = v
                             /\ \A other \in votes : m.mbal >= other.mbal

Phase2a(b, v) ==
  /\ ~ \E m \in msgs : m.type = "2a" /\ m.bal = b
  /\ \E Q \in Quorum : LeavesFree(Q, b, v)
  /\ Send([type |-> "2a", bal |-> b, val |-> v])
  /\ UNCHANGED <<maxBal, maxVBal, maxVal>>

Phase2b(a) ==
  \E m \in msgs :
    /\ m.type = "2a"
    /\ m.bal >= maxBal[a]
    /\ maxBal' = [maxBal EXCEPT ![a] = m.bal]
    /\ maxVBal' = [maxVBal EXCEPT ![a] = m.bal]
    /\ maxVal' = [maxVal EXCEPT ![a] = m.val]
    /\ Send([type |-> "2b", acc |-> a, bal |-> m.bal, val |-> m.val])

Next == \/ \E b \in Ballot : Phase1a(b) \/ \E v \in Value : Phase2a(b, v)
        \/ \E a \in Acceptor : Phase1b(a) \/ Phase2b(a)

Spec == Init /\ [][Next]_vars

Chosen == {v \in Value : \E b \in Ballot, Q \in Quorum : \A a \in Q :
             [type |-> "2b", acc |-> a, bal |-> b, val |-> v] \in msgs}

Consistency == LET chosen == Chosen IN \A v, w \in chosen : v = w
=============================================================================
