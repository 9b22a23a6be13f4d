//! Things by numbers that are given in order and taken out about in order: as a queue has messages.

use std::collections::VecDeque;

/// Things by their numbers, from 1. What is taken out leaves a place empty until those before it are taken out too.
pub(super) struct Slots<T> {
    slots: VecDeque<Option<Box<T>>>,
    /// The number of the first place.
    first: u64,
    len: usize,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { slots: VecDeque::new(), first: 1, len: 0 }
    }
}

impl<T> Slots<T> {
    /// Adds something, and returns its number.
    pub(super) fn push(&mut self, thing: T) -> u64 {
        self.slots.push_back(Some(Box::new(thing)));
        self.len += 1;
        self.first + self.slots.len() as u64 - 1
    }

    fn place(&self, number: u64) -> Option<usize> {
        number.checked_sub(self.first).and_then(|place| place.try_into().ok())
    }

    pub(super) fn get(&self, number: u64) -> Option<&T> {
        self.slots.get(self.place(number)?)?.as_deref()
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = self.place(number)?;
        self.slots.get_mut(place)?.as_deref_mut()
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let place = self.place(number)?;
        let removed = self.slots.get_mut(place)?.take()?;
        self.len -= 1;
        while let Some(None) = self.slots.front() {
            self.slots.pop_front();
            self.first += 1;
        }
        Some(*removed)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the first thing, with its number.
    pub(super) fn front(&self) -> Option<(u64, &T)> {
        self.slots.front()?.as_deref().map(|thing| (self.first, thing))
    }

    /// Returns the numbers.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u64> {
        let numbered = (self.first..).zip(&self.slots);
        numbered.filter(|(_, slot)| slot.is_some()).map(|(number, _)| number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(Option::as_deref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_others_are_taken_out() {
        let mut slots = Slots::default();
        assert_eq!((slots.push('a'), slots.push('b'), slots.push('c')), (1, 2, 3));
        assert_eq!((slots.remove(2), slots.remove(2), slots.len()), (Some('b'), None, 2));
        assert_eq!(
            (slots.get(1), slots.get(2), slots.get(3), slots.get(4)),
            (Some(&'a'), None, Some(&'c'), None)
        );
        assert_eq!(slots.numbers().collect::<Vec<_>>(), [1, 3]);
        assert_eq!((slots.remove(1), slots.front()), (Some('a'), Some((3, &'c'))));
        assert_eq!(slots.slots.len(), 1);
        assert_eq!((slots.remove(3), slots.push('d'), slots.get(0)), (Some('c'), 4, None));
        assert_eq!(slots.iter().collect::<Vec<_>>(), [&'d']);
        *slots.get_mut(4).expect("it is there") = 'e';
        assert_eq!(slots.front(), Some((4, &'e')));
    }
}
