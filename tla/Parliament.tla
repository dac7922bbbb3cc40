------------------------------ MODULE Parliament ------------------------------
(***************************************************************************)
(* The parliament of many decrees (section 3.1), as it ships: legislators  *)
(* as in Legislator, which says what is left out, on a network that loses, *)
(* delays, repeats and reorders messages, with crashes.                    *)
(*                                                                         *)
(* A step is an input of one legislator, with all outputs of his handler;  *)
(* or he crashes after some of the records and sends but not all, or       *)
(* between two handlers.  He comes back with the ledger that is on disk.   *)
(*                                                                         *)
(* The abstractions are those of Complete:                                 *)
(*                                                                         *)
(*  - A timer that is set may expire at any time.  The number of ballot    *)
(*    numbers, and that of decree numbers, bound a run.                    *)
(*                                                                         *)
(*  - Messages sent form a set that never shrinks; each may be received at *)
(*    any time, several times or never.                                    *)
(*                                                                         *)
(*  - A legislator announces again and again that he is present.  So these *)
(*    announcements are always receivable: with his nextBal, and with any  *)
(*    number of decrees up to those that he knows.                         *)
(*                                                                         *)
(*  - Clients may ask a legislator for their requests at any time, any     *)
(*    number of times.                                                     *)
(***************************************************************************)
EXTENDS Legislator

CONSTANTS
  Asked,       \* Asked[p]: the requests that p may be asked for
  Presidents,  \* the legislators who may come to consider themselves president
  Crashes      \* how many crashes there may be in a run

ASSUME
  /\ Asked \in [Priests -> SUBSET Requests]
  /\ Presidents \subseteq Priests
  /\ Crashes \in Nat

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                THE STATE                                *)
(***************************************************************************)
VARIABLES
  ledgers,      \* ledgers[p]: the state that p keeps through a crash
  slips,        \* slips[p]: the state that p loses in a crash
  isPresident,  \* isPresident[p]: whether p considers himself president
  waiting,      \* waiting[p]: the requests that wait, oldest first
  timers,       \* timers[p]: the timers of p that are set
  sent,         \* the messages that were sent, with sender and addressee
  crashesLeft,  \* how many crashes may still happen
  \* History: the state of Basic at each decree number.
  paper,
  \* History: past events.
  late,         \* late[n]: the requests that were first proposed at n after a
                \* request had been passed at a larger number
  crashedBeforeSending
                \* whether a crash fell right between a Record and a Send

vars == <<ledgers, slips, isPresident, waiting, timers, sent, crashesLeft,
          paper, late, crashedBeforeSending>>

Init ==
  /\ ledgers = [p \in Priests |-> EmptyLedger]
  /\ slips = [p \in Priests |-> BlankSlip]
  /\ isPresident = [p \in Priests |-> FALSE]
  /\ waiting = [p \in Priests |-> << >>]
  /\ timers = [p \in Priests |-> FirstTimers]
  /\ sent = {}
  /\ crashesLeft = Crashes
  /\ paper = [n \in DecreeNumbers |-> PaperInit]
  /\ late = [n \in DecreeNumbers |-> {}]
  /\ crashedBeforeSending = FALSE

DeskOf(p) == [me          |-> p,
              ledger      |-> ledgers[p],
              slip        |-> slips[p],
              isPresident |-> isPresident[p],
              waiting     |-> waiting[p],
              timers      |-> timers[p],
              paper       |-> paper,
              late        |-> late,
              isOutside   |-> FALSE,
              outputs     |-> << >>,
              toSelf      |-> << >>]

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                  STEPS                                  *)
(***************************************************************************)
PresentOf(q) ==
  \* The announcements of q, which are always receivable.
  {[type |-> "Present", known |-> n, nextBal |-> ledgers[q].nextBal] :
     n \in 0..Through(ledgers[q])}

ReceivableBy(p) ==
  \* The inputs of p that are messages.
  {[type |-> "Receive", from |-> e.from, message |-> e.message] :
     e \in {f \in sent : f.to = p}}
  \cup
  UNION {{[type |-> "Receive", from |-> q, message |-> m] :
            m \in PresentOf(q)} : q \in Priests \ {p}}

MayRunOut(p) ==
  \* The timers of p that may expire.
  {t \in timers[p] \ {"Presence"} : t = "Absence" => p \in Presidents}

Inputs(p) ==
  ReceivableBy(p)
  \cup {[type |-> "Timeout", timer |-> t] : t \in MayRunOut(p)}
  \cup {[type |-> "Propose", request |-> d] : d \in Asked[p]}

Envelopes(outputs) ==
  \* The messages that these outputs send.
  {outputs[i].envelope : i \in {j \in DOMAIN outputs :
                                  outputs[j].type = "Send"}}

CarryOut(p, desk) ==
  \* p has taken an input, and all outputs are carried out.
  /\ ~desk.isOutside
  /\ ledgers' = [ledgers EXCEPT ![p] = desk.ledger]
  /\ slips' = [slips EXCEPT ![p] = desk.slip]
  /\ isPresident' = [isPresident EXCEPT ![p] = desk.isPresident]
  /\ waiting' = [waiting EXCEPT ![p] = desk.waiting]
  /\ timers' = [timers EXCEPT ![p] = desk.timers]
  /\ sent' = sent \cup Envelopes(desk.outputs)
  /\ paper' = desk.paper
  /\ late' = desk.late
  /\ UNCHANGED <<crashesLeft, crashedBeforeSending>>

ComeBack(p, l) ==
  \* p has crashed, and comes back with ledger l.
  /\ crashesLeft > 0
  /\ crashesLeft' = crashesLeft - 1
  /\ ledgers' = [ledgers EXCEPT ![p] = l]
  /\ slips' = [slips EXCEPT ![p] = BlankSlip]
  /\ isPresident' = [isPresident EXCEPT ![p] = FALSE]
  /\ waiting' = [waiting EXCEPT ![p] = << >>]
  /\ timers' = [timers EXCEPT ![p] = FirstTimers]

SlipLost(P, p) ==
  \* Lose Slip, in the instances of all decree numbers.
  [n \in DecreeNumbers |-> PaperLoseSlip(P[n], p)]

Crash(p) ==
  \* p crashes between two handlers.
  /\ ComeBack(p, ledgers[p])
  /\ paper' = SlipLost(paper, p)
  /\ UNCHANGED <<sent, late, crashedBeforeSending>>

IsEffect(output) ==
  \* Whether another legislator, or this one after a crash, can see the output.
  output.type \in {"Record", "Send"}

Cuts(outputs) ==
  \* The positions at which a crash may cut a sequence of outputs off: before an
  \* effect that is not the first.
  {i \in DOMAIN outputs :
     IsEffect(outputs[i]) /\ \E j \in 1..(i - 1) : IsEffect(outputs[j])}

LastOf(outputs, P(_), other) ==
  \* The last of these outputs for which P is true, or other if there is none.
  LET found == {i \in DOMAIN outputs : P(outputs[i])}
  IN  IF found = {} THEN other ELSE outputs[Maximum(found)]

CutOff(p, outputs, i) ==
  \* p crashes before the i-th output is carried out.  The earlier records and
  \* sends have taken place, and the later ones have not.
  LET before  == SubSeq(outputs, 1, i - 1)
      now     == [ledger |-> ledgers[p], paper |-> paper, late |-> late,
                  isOutside |-> FALSE]
      kept    == LastOf(before, LAMBDA o : o.type = "Record", now)
      told    == LastOf(before, LAMBDA o : o.type = "Did", now)
      effect  == LastOf(before, IsEffect, now)
      between == effect.type = "Record" /\ outputs[i].type = "Send"
  IN  /\ ~told.isOutside
      /\ ComeBack(p, kept.ledger)
      /\ sent' = sent \cup Envelopes(before)
      /\ paper' = SlipLost(told.paper, p)
      /\ late' = told.late
      /\ crashedBeforeSending' = (crashedBeforeSending \/ between)

(***************************************************************************)
(* The steps, for legislators whose handler is After: a function from a    *)
(* legislator and an input to his desk.  Mutants have another handler.     *)
(***************************************************************************)
StepWith(p, After(_, _)) ==
  \/ \E input \in Inputs(p) : CarryOut(p, After(p, input))
  \/ /\ crashesLeft > 0
     /\ \E input \in Inputs(p) :
          LET outputs == After(p, input).outputs
          IN  \E i \in Cuts(outputs) : CutOff(p, outputs, i)
  \/ Crash(p)

HandledBy(p, input) == Handle(DeskOf(p), input)

Next == \E p \in Priests : StepWith(p, HandledBy)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                THE CLAIMS                               *)
(***************************************************************************)
BallotNumber == Numbers \cup {MinusInfinity}

DecreeAt == [num : DecreeNumbers, dec : Decrees]
VoteAt   == [num : DecreeNumbers, bal : Numbers, dec : Decrees]
PollAt   == [num : DecreeNumbers, dec : Decrees, voters : SUBSET Priests]

OnePerNumber(S) == \A e, f \in S : e.num = f.num => e = f

TypeOK ==
  /\ \A p \in Priests :
       LET l == ledgers[p] s == slips[p]
       IN  /\ l.lastTried \in BallotNumber /\ l.nextBal \in BallotNumber
           /\ l.votes \subseteq VoteAt /\ OnePerNumber(l.votes)
           /\ l.decrees \subseteq DecreeAt /\ OnePerNumber(l.decrees)
           /\ Numbered(l.votes) \cap Numbered(l.decrees) = {}
           /\ s.status \in {"idle", "trying", "presiding"}
           /\ \A a \in s.answers : a.pst \in Priests /\ a.votes \subseteq VoteAt
           /\ s.quorum \subseteq Priests
           /\ s.polls \subseteq PollAt /\ OnePerNumber(s.polls)
           /\ s.bound \subseteq DecreeAt /\ OnePerNumber(s.bound)
           /\ s.lastBound \in 0..LastNumber /\ s.next \in 0..(LastNumber + 1)
           /\ s.isSucceeded \in BOOLEAN
           /\ Len(waiting[p]) <= Waiting + InFlight
           /\ timers[p] \subseteq {"Presence", "Absence", "Round"}
  /\ isPresident \in [Priests -> BOOLEAN]
  /\ \A e \in sent : e.from \in Priests /\ e.to \in Priests \ {e.from}
  /\ crashesLeft \in 0..Crashes
  /\ late \in [DecreeNumbers -> SUBSET Requests]
  /\ crashedBeforeSending \in BOOLEAN

(***************************************************************************)
(* The state of Basic at decree number n, and its claims: types, I1 to I7, *)
(* B1 to B3, Theorem 1, Consistency.                                       *)
(***************************************************************************)
AtNumber(n) == INSTANCE Basic WITH
  Forgetful <- TRUE,
  outcome   <- paper[n].outcome,
  lastTried <- paper[n].lastTried,
  prevBal   <- paper[n].prevBal,
  prevDec   <- paper[n].prevDec,
  nextBal   <- paper[n].nextBal,
  status    <- paper[n].status,
  prevVotes <- paper[n].prevVotes,
  quorum    <- paper[n].quorum,
  voters    <- paper[n].voters,
  decree    <- paper[n].decree,
  ballots   <- paper[n].ballots,
  messages  <- paper[n].messages

InvBasic == \A n \in DecreeNumbers : AtNumber(n)!Claims

InvB3 == \A n \in DecreeNumbers : AtNumber(n)!InvB3

Consistency ==
  \* No two ledgers hold different decrees of the same number.
  \A p, q \in Priests :
    \A e \in ledgers[p].decrees, f \in ledgers[q].decrees :
      e.num = f.num => e.dec = f.dec

(***************************************************************************)
(* Ledger and slip are what the actions of A.1 make of them, at each       *)
(* number.  Where the outcome is known, the vote is forgotten, and the     *)
(* slip has nothing about the number.                                      *)
(***************************************************************************)
LedgerAgrees(p, n) ==
  LET l == ledgers[p]
      s == paper[n]
      vote == VoteOf(p, n, l.votes)
  IN  /\ s.lastTried[p] = l.lastTried
      /\ s.nextBal[p] = l.nextBal
      /\ s.outcome[p] = IF Knows(l, n) THEN At(l.decrees, n).dec ELSE Blank
      /\ ~Knows(l, n) => /\ s.prevBal[p] = vote.bal
                         /\ s.prevDec[p] = vote.dec

SlipAgrees(p, n) ==
  LET s == slips[p]
      a1 == paper[n]
      polls == {e \in s.polls : e.num = n}
  IN  CASE s.status = "idle" -> a1.status[p] = "idle"
        [] s.status = "trying" ->
             /\ a1.status[p] = "trying"
             /\ a1.prevVotes[p] = {VoteOf(a.pst, n, a.votes) : a \in s.answers}
        [] s.status = "presiding" ->
             IF polls = {}
               THEN a1.status[p] = "trying"
               ELSE /\ a1.status[p] = "polling"
                    /\ a1.quorum[p] = s.quorum
                    /\ polls = {[num    |-> n,
                                 dec    |-> a1.decree[p],
                                 voters |-> a1.voters[p]]}

AgreesWithPaper ==
  \A p \in Priests, n \in DecreeNumbers :
    /\ LedgerAgrees(p, n)
    /\ Knows(ledgers[p], n) \/ SlipAgrees(p, n)

Validity ==
  \* A ledger holds only a request or the olive day, and only if it was passed.
  \A p \in Priests : \A e \in ledgers[p].decrees :
    e.dec \in Decrees /\ e.dec \in Passed(paper[e.num].ballots)

Ordering ==
  \* If A was passed before B was proposed, A's number is lower, the olive day aside
  \* (section 3.2.1).
  \A n \in DecreeNumbers : Passed(paper[n].ballots) \cap late[n] = {}

NoGaps ==
  \* Votes are cast in ascending order.  So below a number that is passed, every
  \* number is passed.
  \A n, m \in DecreeNumbers :
    m < n /\ Passed(paper[n].ballots) # {} => Passed(paper[m].ballots) # {}

RoundsArePresidents ==
  \* The timer of a round is set for presidents only.
  \A p \in Priests : "Round" \in timers[p] => isPresident[p]

Claims ==
  \* All claims about states.
  /\ TypeOK /\ AgreesWithPaper /\ InvBasic
  /\ Consistency /\ Validity /\ Ordering /\ NoGaps
  /\ RoundsArePresidents

LedgersNeverGoBack ==
  \* Numbers in a ledger never decrease, and outcomes are written once.
  [][\A p \in Priests :
       LET before == ledgers[p] after == ledgers'[p]
       IN  /\ after.lastTried >= before.lastTried
           /\ after.nextBal >= before.nextBal
           /\ before.decrees \subseteq after.decrees
           /\ \A v \in before.votes :
                \/ Knows(after, v.num)
                \/ \E w \in VotesAt(after, v.num) : w.bal >= v.bal]_vars

THEOREM Spec => []Claims /\ LedgersNeverGoBack

(***************************************************************************)
(* That each action which a handler reports is a step of Basic is stated   *)
(* in ParliamentSteps, because a step of this module is several of them.   *)
(***************************************************************************)
=============================================================================
