------------------------------ MODULE Complete ------------------------------
(***************************************************************************)
(* The complete synod protocol (section 2.4 of "The Part-Time Parliament"),*)
(* at the grain of a program that carries it out: one HANDLER is one step. *)
(*                                                                         *)
(* In the basic protocol every action of A.1 is a step of its own and may  *)
(* be taken at any time.  Here a priest takes one INPUT (a message that    *)
(* has arrived, or a timer that has expired) and does at once everything   *)
(* that follows from it: the parts of steps 2 to 6 that depend on him      *)
(* alone, and step 1 if he is president (leader).  A message that he sends *)
(* to himself is received before the handler ends.                         *)
(*                                                                         *)
(* So a handler is a function.  It takes a priest's ledger, slip, office   *)
(* and timers to new ones, and to a SEQUENCE OF OUTPUTS, which are         *)
(*                                                                         *)
(*    Record   from now on the ledger on disk is this one;                 *)
(*    Send     this message is sent to that priest;                        *)
(*    Did      an action of A.1 has taken place (no priest sees this       *)
(*             output: it relates the others to section 2.3).              *)
(*                                                                         *)
(* A step carries out all outputs, in their order.  Or the priest crashes  *)
(* after some of the records and sends but not all, or between two         *)
(* handlers.  He comes back with the ledger that is on disk and a blank    *)
(* slip.                                                                   *)
(*                                                                         *)
(* Abstractions:                                                           *)
(*                                                                         *)
(*  - Time.  A timer that is set may expire at any time.  The number of    *)
(*    ballot numbers bounds a run.                                         *)
(*                                                                         *)
(*  - Loss, delay, duplication, reordering.  Messages sent form a set      *)
(*    that never shrinks; each may be received at any time, several times  *)
(*    or never.                                                            *)
(*                                                                         *)
(*  - Heartbeats.  A priest announces again and again that he is present,  *)
(*    which does not change his state.  So two announcements are always    *)
(*    receivable: from the start, that he is present and does not know the *)
(*    outcome; and once his ledger has the outcome, that he knows it.  An  *)
(*    announcement may be lost, so it is harmless that it can be received  *)
(*    early.  The timer of announcements is always set, and its expiry is  *)
(*    not a step.                                                          *)
(*                                                                         *)
(*  - Requests.  Each priest wants one decree passed.  It is requested     *)
(*    from him when he begins, and when he comes back from a crash.        *)
(***************************************************************************)
EXTENDS Mathematics, Sequences

CONSTANTS
  Wanted,      \* Wanted[p] is the decree that p wants passed
  Presidents,  \* the priests who may come to consider themselves president
  Crashes      \* how many crashes there may be in a run

ASSUME
  /\ Wanted \in [Priests -> Decrees]
  /\ Presidents \subseteq Priests
  /\ Crashes \in Nat

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                THE STATE                                *)
(***************************************************************************)
VARIABLES
  ledgers,      \* ledgers[p]: the state that p keeps through a crash
  slips,        \* slips[p]: the state that p loses in a crash
  proposal,     \* proposal[p]: the decree that p wants passed, or Blank
  isPresident,  \* isPresident[p]: whether p considers himself president
  timers,       \* timers[p]: the timers of p that are set
  sent,         \* the messages that were sent, with sender and addressee
  crashesLeft,  \* how many crashes may still happen
  \* History: the state in terms of the basic protocol.
  ballots,      \* the ballots that have begun, with all votes
  messages,     \* the messages of A.1 that were sent, also to oneself
  \* History: past events.
  crashedBeforeSending
                \* whether a crash fell right between a Record and a Send

vars == <<ledgers, slips, proposal, isPresident, timers, sent, crashesLeft,
          ballots, messages, crashedBeforeSending>>

EmptyLedger ==
  \* The ledger of a priest who has done nothing.
  [outcome   |-> Blank,
   lastTried |-> MinusInfinity,
   prevBal   |-> MinusInfinity,
   prevDec   |-> Blank,
   nextBal   |-> MinusInfinity]

BlankSlip ==
  \* A slip on which nothing is written: the priest conducts no ballot.
  [status    |-> "idle",
   prevVotes |-> {},
   quorum    |-> {},
   voters    |-> {},
   decree    |-> Blank]

FirstTimers ==
  \* The timers that are set when a priest begins, for the first time or again:
  \* he has not heard of any other priest.
  {"Presence", "Absence"}

WantedBy(p, l) ==
  \* A priest who knows the outcome wants no further decree.
  IF l.outcome = Blank THEN Wanted[p] ELSE Blank

Init ==
  /\ ledgers = [p \in Priests |-> EmptyLedger]
  /\ slips = [p \in Priests |-> BlankSlip]
  /\ proposal = [p \in Priests |-> WantedBy(p, EmptyLedger)]
  /\ isPresident = [p \in Priests |-> FALSE]
  /\ timers = [p \in Priests |-> FirstTimers]
  /\ sent = {}
  /\ crashesLeft = Crashes
  /\ ballots = {}
  /\ messages = {}
  /\ crashedBeforeSending = FALSE

-----------------------------------------------------------------------------
(***************************************************************************)
(*                           A PRIEST AT HIS DESK                          *)
(*                                                                         *)
(* A desk is the state on which a handler works: the priest's state, his   *)
(* outputs so far, and the messages to himself that he has not received.   *)
(* Script B and script M are part of it too, because actions change them.  *)
(***************************************************************************)
DeskOf(p) == [me          |-> p,
              ledger      |-> ledgers[p],
              slip        |-> slips[p],
              proposal    |-> proposal[p],
              isPresident |-> isPresident[p],
              timers      |-> timers[p],
              ballots     |-> ballots,
              messages    |-> messages,
              outputs     |-> << >>,
              toSelf      |-> << >>]

Put(desk, output) == [desk EXCEPT !.outputs = Append(@, output)]

Record(desk, l) ==
  \* From now on the ledger is l, on the desk and on disk.
  Put([desk EXCEPT !.ledger = l], [type |-> "Record", ledger |-> l])

Send(desk, q, m) ==
  Put(desk, [type |-> "Send",
             envelope |-> [from |-> desk.me, to |-> q, message |-> m]])

Did(desk) ==
  \* An action of A.1 has taken place: the state after it.
  Put(desk, [type     |-> "Did",
             priest   |-> desk.me,
             ledger   |-> desk.ledger,
             slip     |-> desk.slip,
             ballots  |-> desk.ballots,
             messages |-> desk.messages])

SetTimer(desk, t) == [desk EXCEPT !.timers = @ \cup {t}]
CancelTimer(desk, t) == [desk EXCEPT !.timers = @ \ {t}]

Maximum(S) == CHOOSE i \in S : \A j \in S : j <= i
Minimum(S) == CHOOSE i \in S : \A j \in S : i <= j

RECURSIVE SendEach(_, _, _)
SendEach(desk, Q, m) ==
  \* The same message to each priest of Q, in the order of their names.
  IF Q = {} THEN desk
  ELSE LET q == Minimum(Q)
       IN  SendEach(Send(desk, q, m), Q \ {q}, m)

SendTo(desk, Q, m) ==
  \* A Send action of A.1, to each priest of Q.  It takes place when the first
  \* message to another priest is sent; if there is none, at once.
  LET me     == desk.me
      others == Q \ {me}
      first  == Minimum(others)
      told   == [desk EXCEPT
                   !.messages = @ \cup {m},
                   !.toSelf   = IF me \in Q THEN Append(@, m) ELSE @]
  IN  IF others = {}
        THEN Did(told)
        ELSE SendEach(Did(Send(told, first, m)), others \ {first}, m)

-----------------------------------------------------------------------------
(***************************************************************************)
(*        THE ACTIONS OF A.1, EACH WITH WHAT FOLLOWS FROM IT AT ONCE       *)
(*                                                                         *)
(* Each is a function from desks to desks.  If the action is not enabled,  *)
(* the desk stays as it is.                                                *)
(***************************************************************************)

NumberAfter(p, b) ==
  \* The smallest number of p's own that is larger than b.
  CHOOSE c \in (b + 1)..(b + Cardinality(Priests)) : Owner(c) = p

TryNewBallot(desk, told) ==
  \* Step 1.  Try New Ballot, with a number larger than his own nextBal and than
  \* the nextBal told, which he may have learnt from a refusal; and Send
  \* NextBallot, to every priest.
  LET l     == desk.ledger
      b     == NumberAfter(desk.me, Maximum({l.lastTried, l.nextBal, told}))
      tried == [Record(desk, [l EXCEPT !.lastTried = b])
                  EXCEPT !.slip = [BlankSlip EXCEPT !.status = "trying"]]
  IN  SendTo(Did(tried), Priests, [type |-> "NextBallot", bal |-> b])

SendLastVote(desk, q, b) ==
  \* Send LastVote, to q: his last vote, unless that was in ballot b itself.
  LET l == desk.ledger
      v == [pst |-> desk.me, bal |-> l.prevBal, dec |-> l.prevDec]
  IN  IF b > l.prevBal
        THEN SendTo(desk, {q}, [type |-> "LastVote", bal |-> b, vote |-> v])
        ELSE desk

Refuse(desk, q) ==
  \* Section 2.4: a priest q who asks for a ballot below nextBal is told
  \* nextBal, so that he can try a larger number.  A priest refuses nothing to
  \* himself.
  IF q = desk.me
    THEN desk
    ELSE Send(desk, q, [type |-> "Refused", bal |-> desk.ledger.nextBal])

RefuseFromNowOn(desk, former) ==
  \* Section 2.4: the owner of the ballot that he promised before learns at once
  \* that it is refused from now on, and not only when he asks for something
  \* again.
  LET m == [type |-> "Refused", bal |-> desk.ledger.nextBal]
      p == Owner(former)
  IN  IF former = MinusInfinity THEN desk
      ELSE IF p \in {desk.me, Owner(desk.ledger.nextBal)} THEN desk
      ELSE Send(desk, p, m)

ReceiveNextBallot(desk, q, b) ==
  \* Step 2.  Receive NextBallot(b), from q.
  LET l        == desk.ledger
      promised == Did(Record(desk, [l EXCEPT !.nextBal = b]))
  IN  IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b = l.nextBal THEN SendLastVote(desk, q, b)
      ELSE RefuseFromNowOn(SendLastVote(promised, q, b), l.nextBal)

AskAgain(desk, Q) ==
  \* Send NextBallot again, to everybody outside Q: whoever of them refuses the
  \* ballot refuses the next one too, and is heard of now, not only then.
  IF Q = {} THEN desk
  ELSE SendTo(desk, Q, [type |-> "NextBallot", bal |-> desk.ledger.lastTried])

StartPolling(desk) ==
  \* Step 3.  Start Polling Q, as soon as the set Q of all priests who have
  \* answered is a majority set.  The decree is that of the largest vote in
  \* prevVotes, which are the votes of Q; if that vote is null, it is the decree
  \* that he wants passed.  And Send BeginBallot, to each priest of Q; everybody
  \* else is asked again.  (The timer of the round begins anew.  Here it is set
  \* already, and may expire at any time.)
  LET s      == desk.slip
      b      == desk.ledger.lastTried
      Q      == {v.pst : v \in s.prevVotes}
      last   == CHOOSE v \in Largest(s.prevVotes) : TRUE
      d      == IF last.bal = MinusInfinity THEN desk.proposal ELSE last.dec
      begins == s.status = "trying" /\ Q \in Majorities /\ d # Blank
      asked  == AskAgain(desk, Priests \ Q)
      begun  == [asked EXCEPT
                   !.slip = [s EXCEPT !.status = "polling",
                                      !.quorum = Q,
                                      !.decree = d],
                   !.ballots = @ \cup
                     {[bal |-> b, dec |-> d, qrm |-> Q, vot |-> {}]}]
      m      == [type |-> "BeginBallot", bal |-> b, dec |-> d, qrm |-> Q]
  IN  IF begins THEN SendTo(Did(begun), Q, m) ELSE desk

ReceiveLastVote(desk, b, v) ==
  \* Receive LastVote(b, v).
  IF b = desk.ledger.lastTried /\ desk.slip.status = "trying"
    THEN StartPolling(Did([desk EXCEPT !.slip.prevVotes = @ \cup {v}]))
    ELSE desk

WithVote(B, p, b, d, Q) ==
  \* The ballots B, with p as a voter of the ballot with this b, d and Q.
  {IF C.bal = b /\ C.dec = d /\ C.qrm = Q
     THEN [C EXCEPT !.vot = @ \cup {p}]
     ELSE C : C \in B}

ReceiveBeginBallot(desk, q, b, d, Q) ==
  \* Step 4.  Receive BeginBallot(b, d), from q: vote, if b = nextBal and he
  \* has not voted in it; and Send Voted, again if he has.
  LET me    == desk.me
      l     == desk.ledger
      cast  == Record(desk, [l EXCEPT !.prevBal = b, !.prevDec = d])
      voted == Did([cast EXCEPT !.ballots = WithVote(@, me, b, d, Q)])
      m     == [type |-> "Voted", bal |-> b, pst |-> me]
  IN  IF me \notin Q THEN desk
      ELSE IF b < l.nextBal THEN Refuse(desk, q)
      ELSE IF b > l.nextBal THEN desk
      ELSE IF b > l.prevBal THEN SendTo(voted, {q}, m)
      ELSE SendTo(desk, {q}, m)

SendSuccess(desk, Q) ==
  \* Send Success, to each priest of Q.
  SendTo(desk, Q, [type |-> "Success", dec |-> desk.ledger.outcome])

WriteOutcome(desk, d) ==
  \* Writes the outcome down.
  Did(Record(desk, [desk.ledger EXCEPT !.outcome = d]))

Succeed(desk) ==
  \* Step 5.  Succeed, as soon as every priest of the quorum has voted; and Send
  \* Success, to every other priest.
  LET s == desk.slip
  IN  IF s.quorum \subseteq s.voters /\ desk.ledger.outcome = Blank
        THEN SendSuccess(WriteOutcome(desk, s.decree), Priests \ {desk.me})
        ELSE desk

ReceiveVoted(desk, b, q) ==
  \* Receive Voted(b, q).
  IF b = desk.ledger.lastTried /\ desk.slip.status = "polling"
    THEN Succeed(Did([desk EXCEPT !.slip.voters = @ \cup {q}]))
    ELSE desk

ReceiveSuccess(desk, d) ==
  \* Step 6.  Receive Success(d).
  IF desk.ledger.outcome = Blank THEN WriteOutcome(desk, d) ELSE desk

ReceiveOfA1(desk, q, m) ==
  \* Receives a message of A.1, from q.
  CASE m.type = "NextBallot"  -> ReceiveNextBallot(desk, q, m.bal)
    [] m.type = "LastVote"    -> ReceiveLastVote(desk, m.bal, m.vote)
    [] m.type = "BeginBallot" ->
         ReceiveBeginBallot(desk, q, m.bal, m.dec, m.qrm)
    [] m.type = "Voted"       -> ReceiveVoted(desk, m.bal, m.pst)
    [] m.type = "Success"     -> ReceiveSuccess(desk, m.dec)

RECURSIVE ReceiveOwn(_)
ReceiveOwn(desk) ==
  \* Receives his messages to himself, until there is none.
  IF desk.toSelf = << >> THEN desk
  ELSE LET m == Head(desk.toSelf)
       IN  ReceiveOwn(
             ReceiveOfA1([desk EXCEPT !.toSelf = Tail(@)], desk.me, m))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                        SECTION 2.4: THE PRESIDENT                       *)
(***************************************************************************)

BeginRound(desk, told) ==
  \* The president begins a ballot, and sets the timer of a round.
  SetTimer(TryNewBallot(desk, told), "Round")

BeginRoundUnlessPassed(desk) ==
  IF desk.ledger.outcome = Blank THEN BeginRound(desk, MinusInfinity) ELSE desk

BecomePresident(desk) ==
  \* He has not heard of a priest with a higher name for time T.
  BeginRoundUnlessPassed([desk EXCEPT !.isPresident = TRUE])

TryAgain(desk) ==
  \* His ballot has not ended within the time of a round.
  IF desk.isPresident THEN BeginRoundUnlessPassed(desk) ELSE desk

ReceiveRefused(desk, b) ==
  \* He learns that the nextBal of another priest is b.
  IF /\ desk.isPresident
     /\ desk.ledger.lastTried < b
     /\ desk.ledger.outcome = Blank
    THEN BeginRound(desk, b)
    ELSE desk

HearOf(desk, q) ==
  \* q is present.  If q's name is higher, then q is president, or will be.
  LET yields == IF desk.isPresident
                  THEN CancelTimer([desk EXCEPT !.isPresident = FALSE], "Round")
                  ELSE desk
  IN  IF q > desk.me THEN SetTimer(yields, "Absence") ELSE desk

Asks(m) ==
  \* Whether the sender of m does not know the outcome.
  \/ m.type \in {"NextBallot", "BeginBallot"}
  \/ m.type = "Present" /\ ~m.knowsOutcome

Receive(desk, q, m) ==
  \* A message has arrived from q.  If the outcome is known and q asks for
  \* anything, the only answer is the outcome.
  LET heard == IF m.type = "Present" THEN HearOf(desk, q) ELSE desk
  IN  IF desk.ledger.outcome # Blank /\ Asks(m) THEN SendSuccess(heard, {q})
      ELSE CASE m.type = "Present" -> heard
             [] m.type = "Refused" -> ReceiveRefused(desk, m.bal)
             [] OTHER              -> ReceiveOfA1(desk, q, m)

TimeOut(desk, t) ==
  \* A timer has expired: it is no longer set, unless he sets it again.
  CASE t = "Absence" -> BecomePresident(CancelTimer(desk, t))
    [] t = "Round"   -> TryAgain(CancelTimer(desk, t))

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                  STEPS                                  *)
(***************************************************************************)

PresentOf(q) ==
  \* The announcements of q, which are always receivable.
  {[type |-> "Present", knowsOutcome |-> knows] :
     knows \in {FALSE} \cup {ledgers[q].outcome # Blank}}

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
  ReceivableBy(p) \cup {[type |-> "Timeout", timer |-> t] : t \in MayRunOut(p)}

After(p, input) ==
  \* The desk of p after an input and everything that follows from it.
  ReceiveOwn(IF input.type = "Receive"
               THEN Receive(DeskOf(p), input.from, input.message)
               ELSE TimeOut(DeskOf(p), input.timer))

IsPossible(desk) ==
  \* The number that he has tried is within the bounds of the run.
  desk.ledger.lastTried \in Numbers \cup {MinusInfinity}

Envelopes(outputs) ==
  \* The messages that these outputs send.
  {outputs[i].envelope : i \in {j \in DOMAIN outputs :
                                  outputs[j].type = "Send"}}

CarryOut(p, desk) ==
  \* p has taken an input, and all outputs are carried out.
  /\ IsPossible(desk)
  /\ ledgers' = [ledgers EXCEPT ![p] = desk.ledger]
  /\ slips' = [slips EXCEPT ![p] = desk.slip]
  /\ proposal' = [proposal EXCEPT ![p] = desk.proposal]
  /\ isPresident' = [isPresident EXCEPT ![p] = desk.isPresident]
  /\ timers' = [timers EXCEPT ![p] = desk.timers]
  /\ sent' = sent \cup Envelopes(desk.outputs)
  /\ ballots' = desk.ballots
  /\ messages' = desk.messages
  /\ UNCHANGED <<crashesLeft, crashedBeforeSending>>

HandleInput(p, input) == CarryOut(p, After(p, input))

Handle(p) == \E input \in Inputs(p) : HandleInput(p, input)

ComeBack(p, l) ==
  \* Priest p has crashed, and comes back with ledger l.
  /\ crashesLeft > 0
  /\ crashesLeft' = crashesLeft - 1
  /\ ledgers' = [ledgers EXCEPT ![p] = l]
  /\ slips' = [slips EXCEPT ![p] = BlankSlip]
  /\ proposal' = [proposal EXCEPT ![p] = WantedBy(p, l)]
  /\ isPresident' = [isPresident EXCEPT ![p] = FALSE]
  /\ timers' = [timers EXCEPT ![p] = FirstTimers]

Crash(p) ==
  \* p crashes between two handlers.
  /\ ComeBack(p, ledgers[p])
  /\ UNCHANGED <<sent, ballots, messages, crashedBeforeSending>>

IsEffect(output) ==
  \* Whether another priest, or this one after a crash, can see the output.
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

CutOffWith(p, outputs, i, Recovered(_)) ==
  \* p crashes before the i-th output is carried out.  The earlier records and
  \* sends have taken place, and the later ones have not.  He comes back with what
  \* Recovered makes of the ledger on disk.
  LET before == SubSeq(outputs, 1, i - 1)
      now     == [ledger |-> ledgers[p], ballots |-> ballots,
                  messages |-> messages]
      kept    == LastOf(before, LAMBDA o : o.type = "Record", now)
      told    == LastOf(before, LAMBDA o : o.type = "Did", now)
      effect  == LastOf(before, IsEffect, now)
      between == effect.type = "Record" /\ outputs[i].type = "Send"
  IN  /\ ComeBack(p, Recovered(kept.ledger))
      /\ sent' = sent \cup Envelopes(before)
      /\ ballots' = told.ballots
      /\ messages' = told.messages
      /\ crashedBeforeSending' = (crashedBeforeSending \/ between)

CutOff(p, outputs, i) ==
  \* He forgets nothing that is in his ledger.
  CutOffWith(p, outputs, i, LAMBDA l : l)

CrashDuring(p) ==
  \* p crashes while he handles an input.
  /\ crashesLeft > 0
  /\ \E input \in Inputs(p) :
       LET desk == After(p, input)
       IN  /\ IsPossible(desk)
           /\ \E i \in Cuts(desk.outputs) : CutOff(p, desk.outputs, i)

Next == \E p \in Priests : Handle(p) \/ CrashDuring(p) \/ Crash(p)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                THE CLAIMS                               *)
(***************************************************************************)
LedgerType == [outcome   : Decrees \cup {Blank},
               lastTried : Numbers \cup {MinusInfinity},
               prevBal   : Numbers \cup {MinusInfinity},
               prevDec   : Decrees \cup {Blank},
               nextBal   : Numbers \cup {MinusInfinity}]

TypeOK ==
  /\ ledgers \in [Priests -> LedgerType]
  /\ \A p \in Priests :
       /\ slips[p].status \in {"idle", "trying", "polling"}
       /\ slips[p].prevVotes \subseteq Vote
       /\ slips[p].quorum \subseteq Priests
       /\ slips[p].voters \subseteq Priests
       /\ slips[p].decree \in Decrees \cup {Blank}
       /\ proposal[p] \in {Wanted[p], Blank}
       /\ timers[p] \in SUBSET {"Presence", "Absence", "Round"}
       /\ "Presence" \in timers[p]
  /\ isPresident \in [Priests -> BOOLEAN]
  /\ \A e \in sent : e.from \in Priests /\ e.to \in Priests \ {e.from}
  /\ crashesLeft \in 0..Crashes
  /\ crashedBeforeSending \in BOOLEAN

Validity ==
  \* Only a decree that some priest wanted is ever passed.
  \A p \in Priests :
    ledgers[p].outcome \in {Wanted[q] : q \in Priests} \cup {Blank}

SentIsOfA1 ==
  \* Every message sent is one of A.1, or a refusal, which A.1 does not have.
  \A e \in sent : e.message.type = "Refused" \/ e.message \in messages

RoundsArePresidents ==
  \* The timer of a round is set for presidents only.
  \A p \in Priests : "Round" \in timers[p] => isPresident[p]

(***************************************************************************)
(* The ledgers and slips are those of the basic protocol, in which         *)
(* priests may lose their slips.  So the claims of that module apply to    *)
(* the state after each handler.                                           *)
(***************************************************************************)
Above == INSTANCE Basic WITH
  Forgetful <- TRUE,
  outcome   <- [p \in Priests |-> ledgers[p].outcome],
  lastTried <- [p \in Priests |-> ledgers[p].lastTried],
  prevBal   <- [p \in Priests |-> ledgers[p].prevBal],
  prevDec   <- [p \in Priests |-> ledgers[p].prevDec],
  nextBal   <- [p \in Priests |-> ledgers[p].nextBal],
  status    <- [p \in Priests |-> slips[p].status],
  prevVotes <- [p \in Priests |-> slips[p].prevVotes],
  quorum    <- [p \in Priests |-> slips[p].quorum],
  voters    <- [p \in Priests |-> slips[p].voters],
  decree    <- [p \in Priests |-> slips[p].decree]

Consistency == Above!Consistency
InvBasic    == Above!Claims

LedgersNeverGoBack == Above!LedgersNeverGoBack

(***************************************************************************)
(* I6 is one of them, for any number of ballots.  A.1 as printed does not  *)
(* preserve it (see StartPolling in Basic).  Here it is preserved, because *)
(* the quorum is the set of all priests whose votes are read.              *)
(***************************************************************************)
THEOREM Spec => [](TypeOK /\ Validity /\ Consistency /\ Above!I)
THEOREM Spec => LedgersNeverGoBack

(***************************************************************************)
(* The refinement of Basic is stated in CompleteSteps, because a step of   *)
(* this module is several steps of Basic.                                  *)
(***************************************************************************)
=============================================================================
