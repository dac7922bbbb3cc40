//! The macro that registers protocols: from one line for each it makes the list of all, and the
//! enum of their models.

/// Registers protocols. Its caller has a struct `Registered`, and a module for each protocol.
macro_rules! protocols {
    ($($module:ident::$Protocol:ident,)+) => {
        /// Every protocol that run specs can name.
        ///
        /// # Examples
        /// ```
        /// let names: Vec<_> = synod_specs::PROTOCOLS.iter().map(|p| p.name).collect();
        /// assert_eq!(names, ["preliminary", "basic", "complete", "parliament", "paxos"]);
        /// ```
        pub const PROTOCOLS: &[Registered] = &[$(Registered {
            name: $module::$Protocol::NAME,
            mutants: $module::$Protocol::mutants,
            keys: $module::$Protocol::KEYS,
            instead: $module::$Protocol::INSTEAD,
            read: |spec| {
                let Asked { model, mutant, drops, bounds } = $module::$Protocol::read(spec)?;
                let model = Model::$Protocol(model);
                Ok(Asked { model, mutant, drops, bounds })
            },
        },)+];

        /// The model of a run spec, of any protocol.
        // Its size does not matter: each spec has one.
        #[allow(clippy::large_enum_variant)]
        #[derive(Clone)]
        pub(crate) enum Model {
            $($Protocol(<$module::$Protocol as Protocol>::Model),)+
        }

        impl Model {
            pub(crate) fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                match self {
                    $(Self::$Protocol(model) => model.visit(visitor),)+
                }
            }

            pub(crate) fn longest(&self, worst: Elapsed) -> Option<Self> {
                match self {
                    $(Self::$Protocol(model) => {
                        let longest = $module::$Protocol::longest(model, worst)?;
                        Some(Self::$Protocol(longest))
                    })+
                }
            }

            pub(crate) fn view<V: Viewer>(&self, viewer: V) -> Result<V::Output, ViewError> {
                match self {
                    $(Self::$Protocol(model) => $module::$Protocol::view(model, viewer),)+
                }
            }

            pub(crate) fn view_actors<V: Viewer>(&self, viewer: V) -> Result<V::Output, ViewError> {
                match self {
                    $(Self::$Protocol(model) => $module::$Protocol::view_actors(model, viewer),)+
                }
            }
        }
    };
}

pub(crate) use protocols;
