//! The search for the best segmentation of lines into prose and code of each language.

use super::{Line, Separation, State, python};

/// Lines of one language, as indices, both inclusive.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) language: State,
}

/// Lines with the evidence for each state, which is gathered once, however often they are segmented.
#[derive(Debug)]
pub(super) struct Search<'l> {
    lines: &'l [Line<'l>],
    /// By line and state: how much likelier it is there than prose, and how many lines belong together.
    evidence: Vec<(f32, u32)>,
}

impl<'l> Search<'l> {
    pub(super) fn new(lines: &'l [Line<'l>]) -> Self {
        let mut python = python::Scanner::default();
        let mut evidence = Vec::with_capacity(lines.len() * State::COUNT);
        for at in 0..lines.len() {
            for index in 0..State::COUNT {
                let (score, length) = State::of_index(index).evidence(lines, at, &mut python);
                evidence.push((score, length as u32));
            }
        }
        Self { lines, evidence }
    }

    /// The code regions of the best segmentation, in the order of the lines.
    pub(super) fn regions(&self, separation: &Separation) -> Vec<Region> {
        let lines = self.lines;
        let states = State::COUNT;
        let cell = |at: usize, state: State| at * states + state.index();
        // `arrived`: the best score with everything before the line consumed, the last of it in this state. `score`: the same after
        // a possible change of state before the line.
        let mut arrived = vec![f32::NEG_INFINITY; (lines.len() + 1) * states];
        let mut start = vec![0_u32; arrived.len()];
        let mut came_from = vec![0_u8; arrived.len()];
        arrived[cell(0, State::Prose)] = 0.0;
        let mut score = vec![f32::NEG_INFINITY; states];
        for at in 0..=lines.len() {
            let prose = arrived[cell(at, State::Prose)];
            let (best, best_code) = State::CODE
                .into_iter()
                .map(|state| (state, arrived[cell(at, state)]))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap_or((State::Prose, prose));
            for (index, score) in score.iter_mut().enumerate() {
                let state = State::of_index(index);
                let stay = arrived[cell(at, state)];
                let mut choice = (stay, state);
                if state == State::Prose {
                    for code in State::CODE {
                        let left = arrived[cell(at, code)] - separation.leaving(lines, at, code);
                        if left > choice.0 {
                            choice = (left, code);
                        }
                    }
                } else if at < lines.len() {
                    let entered = prose - separation.entering(lines, at, state);
                    let crossed =
                        if at > 0 && best != state { best_code - separation.crossing(lines, at, state) } else { f32::NEG_INFINITY };
                    for other in [(entered, State::Prose), (crossed, best)] {
                        if other.0 > choice.0 {
                            choice = other;
                        }
                    }
                }
                *score = choice.0;
                came_from[cell(at, state)] = choice.1.index() as u8;
            }
            if at == lines.len() {
                break;
            }
            for (index, &score) in score.iter().enumerate() {
                let (evidence, length) = self.evidence[at * states + index];
                let next = cell((at + length as usize).min(lines.len()), State::of_index(index));
                if score + evidence > arrived[next] {
                    arrived[next] = score + evidence;
                    start[next] = at as u32;
                }
            }
            arrived[cell(at, State::Prose)] = score[0];
        }
        self.walk_back(&start, &came_from)
    }

    /// Walks the search back from the end, where the text is prose.
    fn walk_back(&self, start: &[u32], came_from: &[u8]) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        let mut at = self.lines.len();
        let mut state = State::of_index(usize::from(came_from[at * State::COUNT]));
        while at > 0 {
            let first = start[at * State::COUNT + state.index()] as usize;
            if state != State::Prose {
                match regions.last_mut() {
                    Some(region) if region.first == at && region.language == state => region.first = first,
                    _ => regions.push(Region { first, last: at - 1, language: state }),
                }
            }
            at = first;
            state = State::of_index(usize::from(came_from[at * State::COUNT + state.index()]));
        }
        regions.retain(|region| !self.lines[region.first..=region.last].iter().all(Line::is_comment));
        regions.reverse();
        regions
    }
}
