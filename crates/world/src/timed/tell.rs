//! The description of a timed world for people.

use super::Timed;
use super::model::{Moment, Pass, What};
use crate::event::Event;
use crate::ids::{InputId, SiteId};
use crate::lens::Lens;
use crate::node::Explorable;
use stateright::Model;
use synod_process::Input;
use synod_vocabulary::describe::changes;
use synod_vocabulary::time::kind_of;
use synod_vocabulary::{Claim, Deed, Describe, Field, Message, Partner, Value, claim, ensure};

/// The name of a tick at which everybody present is done.
const AFTERWARDS: &str = "Time passes, and everybody is done";

impl<P: Explorable, L: Lens<P>, const N: usize> Describe for Timed<P, L, N> {
    fn fields(&self, moment: &Moment<N>) -> Vec<Field> {
        let lens = self.world.lens();
        let time = format!("T_el + {}", self.elapsed(moment.elapsed));
        let sites = self.present.iter().flat_map(|&p| {
            let site = self.world.known.site(self.site_of(moment.stands[p]));
            let stand = self.known.stands.value(moment.stands[p]);
            let clocks = stand.clocks.iter().map(|&(timer, left)| {
                let (timer, left) = (lens.timer_name(timer), self.elapsed(left));
                format!("{timer} in {left}")
            });
            let clocks = Value::set(clocks);
            let fields = lens.site_fields(site.id, site).into_iter();
            fields.chain([Field::of(lens.node_name(site.id), "clocks", clocks)])
        });
        let network = self.present.iter().flat_map(|&p| {
            let inbox = self.known.inboxes.value(moment.inboxes[p]);
            inbox.iter().map(move |parcel| {
                let name = self.message_name(p, parcel.input);
                let left = self.elapsed(parcel.left);
                let way = if parcel.must {
                    "within"
                } else {
                    "perhaps within"
                };
                format!("{name} {way} {left}")
            })
        });
        let mut network: Vec<_> = network.collect();
        for place in 1..network.len() {
            while network[..place].contains(&network[place]) {
                network[place] += ", again";
            }
        }
        [Field::of_all("time", Value::One(time))]
            .into_iter()
            .chain(sites)
            .chain([Field::of_all("network", Value::set(network))])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let names = self.world.lens().input_kinds().iter();
        let names = names.map(|&name| name.to_owned());
        let instants = 1..=self.timing.horizon;
        let instants = instants.map(|ticks| kind_of(self.elapsed(ticks)));
        let afterwards = self.start.goes_on.then(|| AFTERWARDS.to_owned());
        names.chain(instants).chain(afterwards).collect()
    }

    fn kind(&self, pass: &Pass) -> usize {
        let lens = self.world.lens();
        match pass.what {
            What::Tick => lens.input_kinds().len() + usize::from(pass.elapsed),
            What::Afterwards { waited: true } if pass.elapsed > 0 => {
                lens.input_kinds().len() + usize::from(pass.elapsed) - 1
            }
            What::Afterwards { .. } => lens.input_kinds().len() + usize::from(self.timing.horizon),
            What::Arrive { input, .. } | What::Fire { input, .. } => {
                lens.input_kind(self.world.known.messages.input(input))
            }
        }
    }

    fn made_of(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("sites with clocks", self.known.stands.len()),
            ("inboxes", self.known.inboxes.len()),
        ]
    }

    fn step_name(&self, pass: &Pass) -> String {
        let now = self.elapsed(pass.elapsed);
        match pass.what {
            What::Tick => {
                let then = self.elapsed(pass.elapsed + 1);
                format!("Time passes to T_el + {then}")
            }
            What::Afterwards { .. } => AFTERWARDS.to_owned(),
            What::Arrive { to: p, input, .. } | What::Fire { at: p, input } => {
                let id = self.world.nodes[usize::from(p)].id;
                let input = self.world.known.messages.input(input).clone();
                let event = self.world.event_name(&Event::Handle(id, input));
                format!("{event} (at T_el + {now})")
            }
        }
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        let partner = Partner {
            name: "everybody present is done",
            happens: |model, moment| Self::is_over(model, moment),
        };
        vec![
            claim!(
                "something is still to come",
                "As long as somebody present is not done, a message is on its way or a timer runs.",
                |model: &Self, moment| {
                    ensure!(
                        model.is_over(moment) || !model.is_at_rest(moment),
                        "nothing is on its way, no timer runs, and so {} will never be done",
                        model.waiting(moment)
                    );
                    Ok(())
                },
                Some(partner)
            ),
            claim!(
                "everybody is done in time",
                "Everybody present is done before the last instant that is explored.",
                |model: &Self, moment| {
                    let is_late = moment.elapsed == model.timing.horizon;
                    ensure!(
                        model.is_over(moment) || !is_late,
                        "it is T_el + {}, and {} is not done",
                        model.elapsed(moment.elapsed),
                        model.waiting(moment)
                    );
                    Ok(())
                },
                Some(partner)
            ),
        ]
    }

    fn begins(&self, moment: &Moment<N>) -> Vec<String> {
        let Some(first) = self.world.init_states().into_iter().next() else {
            return Vec::new();
        };
        changes(&self.fields(&self.usual(&first)), &self.fields(moment))
    }

    fn processes(&self) -> Vec<String> {
        let ids = self.present.iter().map(|&p| self.world.nodes[p].id);
        ids.map(|id| self.world.lens().node_name(id)).collect()
    }

    fn may_arrive(&self, moment: &Moment<N>) -> Vec<Message> {
        let lens = self.world.lens();
        let all = self.present.iter().flat_map(|&p| {
            let inbox = self.known.inboxes.value(moment.inboxes[p]);
            inbox.iter().filter_map(move |parcel| {
                let Input::Receive { from, message } =
                    self.world.known.messages.input(parcel.input)
                else {
                    return None;
                };
                let message = Message::new(lens.message_name(message));
                let to = lens.node_name(self.world.nodes[p].id);
                Some(message.from(lens.node_name(*from)).to([to]))
            })
        });
        all.collect()
    }

    fn deed(&self, pass: &Pass) -> Deed {
        match pass.what {
            What::Tick | What::Afterwards { .. } => Deed::default(),
            What::Arrive { to: p, input, .. } | What::Fire { at: p, input } => {
                let id = self.world.nodes[usize::from(p)].id;
                let input = self.world.known.messages.input(input).clone();
                self.world.drawn_deed(&Event::Handle(id, input))
            }
        }
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Timed<P, L, N> {
    fn message_name(&self, p: usize, input: InputId) -> String {
        let (lens, to) = (self.world.lens(), self.world.nodes[p].id);
        match self.world.known.messages.input(input) {
            Input::Receive { from, message } => {
                let [from, to] = [*from, to].map(|id| lens.node_name(id));
                format!("{} from {from} to {to}", lens.message_name(message))
            }
            other => self.world.input_name(other),
        }
    }

    /// Those present who are not done, in words.
    fn waiting(&self, moment: &Moment<N>) -> String {
        let waiting = self.present.iter().filter(|&&p| {
            let site = self.known.stands.value(moment.stands[p]).site;
            !(self.start.is_done)(&self.world, &self.timing, self.world.known.site(site))
        });
        let names = waiting.map(|&p| self.world.lens().node_name(self.world.nodes[p].id));
        names.collect::<Vec<_>>().join(" and ")
    }

    /// The moment with the sites of a state, with which the beginnings of runs are compared:
    /// nothing is on its way, and no timer runs.
    fn usual(&self, state: &crate::state::State<N>) -> Moment<N> {
        let mut moment = Self::nowhere();
        for &p in &self.present {
            moment.stands[p] = self.idle_stand(state.sites[p]);
            moment.inboxes[p] = self.intern_inbox(Vec::new());
        }
        self.digested(moment)
    }

    fn idle_stand(&self, site: SiteId) -> u32 {
        self.intern_stand(super::known::Stand {
            site,
            clocks: Box::default(),
        })
    }
}
