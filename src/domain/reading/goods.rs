//! What the groups come to as goods: what was taken or destroyed, and how many of the tents were
//! full. What is said to be left in place is no loss and becomes a doubt.
use std::collections::BTreeMap;

use crate::domain::sighting::Qualifier;

use super::group::{Group, Noun};
use super::lexicon::Meaning;
use super::term::{Amount, Term};
use super::told::{Conduct, GoodsCount, GoodsKind, OfWhom};

/// Resolves all goods groups; gives the indexes of those that were not understood, too.
pub(super) fn goods(groups: &[Group], terms: &[Term]) -> (Vec<GoodsCount>, Vec<usize>) {
    let mut found: Vec<(usize, GoodsCount)> = Vec::new();
    let mut doubted = Vec::new();
    let mut full_last = false;
    for (index, group) in groups.iter().enumerate() {
        let count = group.amount.and_then(|amount| amount.count);
        let of = group.within.and_then(|of| found.iter().position(|(at, _)| *at == of));
        match group.noun {
            Noun::Goods { .. } if group.negated => {}
            // "(un matelas dedans)", "dont 2 grandes tentes": within what was counted.
            Noun::Goods { .. } if of.is_some() => {}
            Noun::Goods { kind, full } => {
                full_last = false;
                if !is_loss(group, terms) {
                    doubted.push(index);
                    continue;
                }
                let mut entry = goods_count(group, kind);
                if let (true, Some(count)) = (full, entry.count) {
                    entry.of_whom.insert(OfWhom::Full, count);
                }
                let again =
                    |(_, known): &(usize, GoodsCount)| entry.count.is_none() && *known == entry;
                if !found.iter().any(again) {
                    found.push((index, entry));
                }
            }
            Noun::Full => {
                full_last = add_full(&mut found, of, count);
                if !full_last {
                    doubted.push(index);
                }
            }
            // "dont 3 pleines et une autre avec un matelas dedans".
            Noun::Same if full_last && group.within.is_some() => {
                if !add_full(&mut found, of, count) {
                    doubted.push(index);
                }
            }
            _ => full_last = false,
        }
    }
    (found.into_iter().map(|(_, entry)| entry).collect(), doubted)
}

fn goods_count(group: &Group, kind: GoodsKind) -> GoodsCount {
    let amount = group.amount.unwrap_or(Amount {
        count: (!group.plural).then_some(1),
        at_most: None,
        qualifier: if group.plural { Qualifier::About } else { Qualifier::Exact },
        article: true,
    });
    GoodsCount {
        what: kind,
        count: amount.count,
        at_most: amount.at_most,
        qualifier: amount.qualifier,
        of_whom: BTreeMap::new(),
    }
}

/// Counts `count` among the full ones of the entry, or of the last; false where that is more than
/// all of them.
fn add_full(found: &mut [(usize, GoodsCount)], of: Option<usize>, count: Option<u32>) -> bool {
    let last = found.len().checked_sub(1);
    let Some((_, entry)) = of.or(last).and_then(|at| found.get_mut(at)) else {
        return false;
    };
    let full = entry.of_whom.get(&OfWhom::Full).copied().unwrap_or(0);
    let Some(sum) = count.map(|count| full.saturating_add(count)) else {
        return false;
    };
    let fits = entry.count.is_none_or(|all| entry.at_most.unwrap_or(all) >= sum)
        || entry.qualifier != Qualifier::Exact;
    if fits {
        entry.of_whom.insert(OfWhom::Full, sum);
    }
    fits
}

/// Counted goods are a loss unless they are said to remain; goods without any count only when
/// something is said to be taken.
fn is_loss(group: &Group, terms: &[Term]) -> bool {
    let after = terms[group.end..].iter().take_while(|term| !term.is_break() && !term.used);
    let remain = after.clone().any(|term| term.means(Meaning::Kept));
    let before = terms[..group.start].iter().rev().take_while(|term| !term.is_stop());
    let taken =
        terms[group.end..].iter().take_while(|term| !term.is_stop()).chain(before).any(|term| {
            let slashed = Meaning::Conduct(Conduct::KnivesOrSlashing);
            term.means(Meaning::Taken) || term.means(slashed)
        });
    !remain && (group.amount.is_some() || taken)
}
