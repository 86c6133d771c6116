package demo

import (
	"fmt"
	"math"
)

// tierRow is one decision on a customer's tier.
type tierRow struct {
	from     int // effective from this day
	tier     int
	approved civil // 0: never approved
	by       string
	notified civil
	reason   string
}

func cards() []string { return []string{"钻石卡", "金卡", "银卡", "普通卡"} }

// planTiers draws the tiers: an opening one by size, and quarterly reviews that move a few customers by one tier.
func (co *company) planTiers(c *customer) {
	r := newRNG(co.Seed, streamTiers, c.i)
	x := math.Log(c.size)/0.9 + r.NormFloat64()*0.5
	tier := 4
	for t, limit := range []float64{1.85, 0.95, 0.05} {
		if x > limit {
			tier = t + 1
			break
		}
	}
	from := max(c.since, co.start.day()-r.between(100, 500))
	c.tiers = append(c.tiers, tierRow{from: from, tier: tier, approved: dayStart(from-7) + 36000, by: "S0007", reason: "季度评定"})
	for _, m := range co.months {
		if m.ym%100%3 != 1 || m.start <= max(c.since, from)+30 || (c.until > 0 && m.start > c.until) {
			continue
		}
		effect := co.effectsOf(c.ownerOn(m.start)).Upgrade
		up, down := logistic(logit(0.06)+effect), logistic(logit(0.035)-effect)
		next := tier
		switch u := r.Float64(); {
		case u < up:
			next--
		case u > 1-down:
			next++
		}
		next = min(max(next, 1), 4)
		row := co.decide(r, c, m, next)
		if next == tier && !r.chance(0.05) {
			continue
		}
		c.tiers = append(c.tiers, row)
		tier = next
		if r.chance(0.03) { // changed once more within the quarter
			row.from += r.between(15, 45)
			row.tier = min(4, row.tier+1)
			row.reason = "人工调整"
			row.approved = dayStart(row.from-3) + 36000
			c.tiers = append(c.tiers, row)
			tier = row.tier
		}
	}
}

// decide draws when a tier was approved. The review of a quarter is made in the first month of the next and takes effect
// with the month after; most are approved before that day, some late, some never.
func (co *company) decide(r rng, c *customer, m month, tier int) tierRow {
	row := tierRow{from: m.end, tier: tier, by: "S0007", reason: "季度评定"}
	row.approved = dayStart(m.end-r.between(2, 15)) + civil(r.between(9*3600, 17*3600))
	switch x := r.Float64(); {
	case x < 0.05: // after it should have taken effect
		row.approved = dayStart(m.end+r.between(1, 50)) + 36000
	case x < 0.08: // after the quarter has ended, dated back
		row.approved = dayStart(m.end+r.between(63, 90)) + 36000
	case x < 0.10:
		row.approved = 0
	}
	if owner := c.ownerOn(m.start); owner >= 0 && r.chance(0.02) {
		row.by, row.reason = co.managers[owner].id, "人工调整"
	}
	if row.approved > 0 && r.chance(0.85) {
		row.notified = row.approved + civil(r.between(3600, 20*daySeconds))
	}
	return row
}

// tierOn returns the tier in effect on day d as the books show it, approved or not; 0 = none.
func (c *customer) tierOn(d int) int {
	tier := 0
	for _, t := range c.tiers {
		if t.from <= d {
			tier = t.tier
		}
	}
	return tier
}

func (co *company) tierRows(out *chunk, c *customer) {
	for _, t := range c.tiers {
		if dayStart(t.from) >= co.end {
			continue
		}
		r := out.row("tier_history", 0)
		r.s(c.id).dueOn(t.from).code(string(rune('0' + t.tier))).s(cards()[t.tier-1]).when(t.approved)
		if t.approved > 0 && t.approved < co.end {
			r.s(t.by)
		} else {
			r.none(1)
		}
		r.when(t.notified)
		if t.notified > 0 && t.notified < co.end {
			r.s("短信")
		} else {
			r.none(1)
		}
		r.s("T2024").s(t.reason).end()
	}
	for _, m := range co.months {
		if d := m.end - 10; m.ym%100%3 == 0 && c.i%3 == 0 && c.activeOn(d) {
			r := out.row("tier_inputs", 0)
			r.s(c.id).s(fmt.Sprintf("%04d-Q%d", m.ym/100, m.ym%100/3)).s(fmt.Sprintf("sites=%d;bespoke=%d;integration=%d", 1+c.users%5, c.i%2, c.i%3))
			r.s("评定表").s(co.managerID(c.ownerOn(d))).s("S0007").end()
		}
	}
}
