//! From a line a protocol: the list of all, and the sum of their models.

/// Registers protocols. Beside it stand a struct `Registered` and the modules.
macro_rules! protocols {
    ($($module:ident::$Protocol:ident,)+) => {
        /// Every protocol that run specs can name.
        pub const PROTOCOLS: &[Registered] = &[$(Registered {
            name: $module::$Protocol::NAME,
            mutants: $module::$Protocol::mutants,
            keys: $module::$Protocol::KEYS,
            instead: $module::$Protocol::INSTEAD,
            read: |spec| {
                let Asked { model, mutant, bounds } = $module::$Protocol::read(spec)?;
                let model = Model::$Protocol(model);
                Ok(Asked { model, mutant, bounds })
            },
        },)+];

        /// The model of a run spec, of whichever protocol.
        // One of these per spec: its size does not matter.
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
