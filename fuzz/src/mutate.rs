//! Inputs near those of a corpus.

use proptest::{prelude::*, sample::Index};

/// Most changes to one input, and most bytes of one change.
const CHANGES: usize = 6;
const STRETCH: usize = 24;

/// What happens to an input.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Replace(Index, Vec<u8>),
    Insert(Index, Vec<u8>),
    Word(Index, Index),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Cut(Index),
    /// Goes on as another input of the corpus does.
    Splice(Index, Index, Index),
}

/// Inputs of `corpus` with some changes; `words` are put in as they are.
pub(crate) fn mutations(
    corpus: Vec<Vec<u8>>,
    words: &'static [&'static [u8]],
) -> impl Strategy<Value = Vec<u8>> {
    let stretch = || prop::collection::vec(any::<u8>(), 1..STRETCH);
    let at = any::<Index>;
    let change = prop_oneof![
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, 1 << bit)),
        3 => (at(), stretch()).prop_map(|(at, bytes)| Change::Replace(at, bytes)),
        3 => (at(), stretch()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        4 => (at(), at()).prop_map(|(at, which)| Change::Word(at, which)),
        2 => (at(), 1..STRETCH).prop_map(|(at, length)| Change::Remove(at, length)),
        2 => (at(), 1..STRETCH, 1..5_usize)
            .prop_map(|(at, length, times)| Change::Repeat(at, length, times)),
        1 => at().prop_map(Change::Cut),
        2 => (at(), at(), at()).prop_map(|(at, which, from)| Change::Splice(at, which, from)),
    ];
    (at(), prop::collection::vec(change, 0..CHANGES)).prop_map(move |(which, changes)| {
        let mut input = which.get(&corpus).clone();
        for change in changes {
            apply(&mut input, change, &corpus, words);
        }
        input
    })
}

fn apply(input: &mut Vec<u8>, change: Change, corpus: &[Vec<u8>], words: &[&[u8]]) {
    // A place between two bytes, or at either end.
    let place = |at: Index, input: &[u8]| at.index(input.len() + 1);
    let stretch = |at: usize, length: usize, input: &[u8]| at..(at + length).min(input.len());
    match change {
        Change::Flip(at, bits) => {
            if !input.is_empty() {
                let at = at.index(input.len());
                input[at] ^= bits;
            }
        }
        Change::Replace(at, bytes) => {
            let at = place(at, input);
            input.splice(stretch(at, bytes.len(), input), bytes);
        }
        Change::Insert(at, bytes) => {
            let at = place(at, input);
            input.splice(at..at, bytes);
        }
        Change::Word(at, which) => {
            if !words.is_empty() {
                let at = place(at, input);
                input.splice(at..at, which.get(words).iter().copied());
            }
        }
        Change::Remove(at, length) => {
            let at = place(at, input);
            input.drain(stretch(at, length, input));
        }
        Change::Repeat(at, length, times) => {
            let at = place(at, input);
            let bytes = input[stretch(at, length, input)].repeat(times);
            input.splice(at..at, bytes);
        }
        Change::Cut(at) => input.truncate(place(at, input)),
        Change::Splice(at, which, from) => {
            let other = which.get(corpus);
            input.truncate(place(at, input));
            input.extend_from_slice(&other[place(from, other)..]);
        }
    }
}
