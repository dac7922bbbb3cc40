--------------------------- MODULE TwoPresidents ---------------------------
(* The model of src/lib.rs, which says why its numbers may be replaced by    *)
(* their order.                                                             *)
EXTENDS Integers, FiniteSets

CONSTANTS Presidents, Voters

VARIABLES
    present,    \* the presidents who are there
    status,     \* of each president: "idle", "trying" or "polling"
    tried,      \* of each president: the number of his ballot, 0 if he is idle
    answered,   \* of each president: the voters who have answered
    nextBal,    \* of each voter
    passed      \* whether a decree has been passed

vars == <<present, status, tried, answered, nextBal, passed>>

Used(t, n) == ({t[p] : p \in Presidents} \cup {n[q] : q \in Voters}) \ {0}

(* Sets tried and nextBal to these numbers, or rather to their order.        *)
Numbers(t, n) ==
    LET Order(b) == Cardinality({c \in Used(t, n) : c <= b})
    IN  /\ tried' = [p \in Presidents |-> Order(t[p])]
        /\ nextBal' = [q \in Voters |-> Order(n[q])]

Largest ==
    LET used == Used(tried, nextBal) \cup {0}
    IN  CHOOSE b \in used : \A c \in used : c <= b

Init ==
    /\ present = Presidents
    /\ status = [p \in Presidents |-> "idle"]
    /\ tried = [p \in Presidents |-> 0]
    /\ answered = [p \in Presidents |-> {}]
    /\ nextBal = [q \in Voters |-> 0]
    /\ passed = FALSE

Try(p) ==
    /\ ~passed /\ p \in present /\ status[p] = "idle"
    /\ status' = [status EXCEPT ![p] = "trying"]
    /\ Numbers([tried EXCEPT ![p] = Largest + 1], nextBal)
    /\ UNCHANGED <<present, answered, passed>>

Refused(p) ==
    /\ status' = [status EXCEPT ![p] = "idle"]
    /\ answered' = [answered EXCEPT ![p] = {}]
    /\ Numbers([tried EXCEPT ![p] = 0], nextBal)
    /\ UNCHANGED <<present, passed>>

Answered(p, q) ==
    LET all == answered[p] \cup {q}
        enough == 2 * Cardinality(all) > Cardinality(Voters)
    IN  /\ Numbers(tried, [nextBal EXCEPT ![q] = tried[p]])
        /\ answered' = [answered EXCEPT ![p] = IF enough THEN {} ELSE all]
        /\ status' = IF enough /\ status[p] = "trying"
                     THEN [status EXCEPT ![p] = "polling"]
                     ELSE status
        /\ passed' = (enough /\ status[p] = "polling")
        /\ UNCHANGED present

Ask(p, q) ==
    /\ ~passed /\ status[p] # "idle" /\ q \notin answered[p]
    /\ IF tried[p] < nextBal[q] THEN Refused(p) ELSE Answered(p, q)

Lose(p, q) ==
    /\ ~passed /\ status[p] # "idle" /\ q \notin answered[p]
    /\ UNCHANGED vars

Leave(p) ==
    /\ ~passed /\ present = Presidents
    /\ present' = present \ {p}
    /\ status' = [status EXCEPT ![p] = "idle"]
    /\ answered' = [answered EXCEPT ![p] = {}]
    /\ Numbers([tried EXCEPT ![p] = 0], nextBal)
    /\ UNCHANGED passed

Work(p) == Try(p) \/ \E q \in Voters : Ask(p, q)

Next ==
    \E p \in Presidents : Work(p) \/ Leave(p) \/ \E q \in Voters : Lose(p, q)

Unfair == Init /\ [][Next]_vars

WeaklyFair == Unfair /\ \A p \in Presidents : WF_vars(Work(p))

StronglyFair == Unfair /\ \A p \in Presidents : SF_vars(Work(p))

OnePasses == (Cardinality(present) = 1) ~> passed

Passed == <>passed
=============================================================================
