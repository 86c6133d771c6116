package tiering

import "math/big"

// Why says why a draft has the tier that it has.
type Why string

// The reasons.
const (
	First     Why = "first"      // no tier held: that of the score
	BySplit   Why = "by_split"   // no tier held: that of the customer that it was split from, for one quarter
	UpAtOnce  Why = "up_at_once" // the band above the cut point is reached
	UpTwice   Why = "up_twice"   // the cut point is reached two quarters running
	DownTwice Why = "down_twice" // below the band two quarters running
	Arrears   Why = "arrears"    // what is overdue caps the tier, at once
	InBand    Why = "in_band"    // the score speaks for another tier, not by enough or not for long enough
	NoBefore  Why = "no_before"  // the score speaks for another tier, and whether for long enough a quarter before would have to tell
	Same      Why = "same"
	NotScored Why = "not_scored" // no score: what is held stays
)

// capTier is the best tier of a customer with arrears.
const capTier = 3

// lowest is the tier below the last cut point.
const lowest = 4

// Draft is the tier that a score speaks for.
type Draft struct {
	Score  Score
	Before *Score // of the quarter before; nil: there is none
	Held   int64  // 0: none
	Tier   int64  // 0: none
	Why    Why
}

// Changes reports whether the draft is of another tier than the one held.
func (d Draft) Changes() bool { return d.Tier != 0 && d.Tier != d.Held }

// level is the tier of a score alone; reaching a cut point is enough.
func (p Policy) level(total *big.Rat) int64 {
	for i, cut := range p.Cuts {
		if total.Cmp(whole(cut)) >= 0 {
			return int64(i + 1)
		}
	}
	return lowest
}

// Draft works out the tier of a customer that holds one (0: none) from its score and that of the quarter before. A tier rises
// when the score reaches the cut point and the band, or the cut point two quarters running; it falls when the score is
// below the cut point less the band two quarters running; both by one level. Arrears cap it at once, however far.
func (p Policy) Draft(now Score, before *Score, held int64) Draft {
	d := Draft{Score: now, Before: before, Held: held, Tier: held, Why: NotScored}
	switch {
	case held == 0 && now.Row.Split && now.Row.ParentTier != nil:
		d.Tier, d.Why = *now.Row.ParentTier, BySplit
	case now.Total != nil && held == 0:
		d.Tier, d.Why = p.level(now.Total), First
	case now.Total != nil:
		d.Tier, d.Why = p.move(now, before, held)
	}
	if now.Capped && d.Tier != 0 && d.Tier < capTier {
		d.Tier, d.Why = capTier, Arrears
	}
	return d
}

// move is the tier of a customer that holds one.
func (p Policy) move(now Score, before *Score, held int64) (tier int64, why Why) {
	reaches := func(s *Score, points int64) bool {
		return s != nil && s.Total != nil && s.Total.Cmp(whole(points)) >= 0
	}
	below := func(s *Score, points int64) bool { return s != nil && s.Total != nil && s.Total.Cmp(whole(points)) < 0 }
	alone := false // it takes two quarters, and there is one
	if held > 1 {
		cut := p.Cuts[held-2]
		switch {
		case reaches(&now, cut+p.Band):
			return held - 1, UpAtOnce
		case reaches(&now, cut) && reaches(before, cut):
			return held - 1, UpTwice
		}
		alone = reaches(&now, cut)
	}
	if held < lowest {
		cut := p.Cuts[held-1]
		if below(&now, cut-p.Band) && below(before, cut-p.Band) {
			return held + 1, DownTwice
		}
		alone = alone || below(&now, cut-p.Band)
	}
	switch {
	case p.level(now.Total) == held:
		return held, Same
	case alone && (before == nil || before.Total == nil):
		return held, NoBefore
	}
	return held, InBand
}
