package decision

import "slices"

// Dispute is a contested row of a measure.
type Dispute struct {
	KPI, Row, Period string // Period tells rows of cohorts apart; of other measures it is the month of the row
	Manager          string // for whom the row counts
	Claim, Owner     string // Owner: of the claim wrong_owner, whose it is
}

// Subject names the row: of one manager's share of one row there is one dispute at a time.
func (d Dispute) Subject() string { return d.KPI + " " + d.Period + " " + d.Row + " " + d.Manager }

// Payload is the dispute as a decision has it. Where an earlier ruling gave the row to its manager, it says for whom the
// row was counted before: rulings are about rows as they are worked out.
func (d Dispute) Payload(h History) map[string]string {
	p := map[string]string{"kpi": d.KPI, "row": d.Row, "period": d.Period, "claim": d.Claim, "manager_id": d.Manager, "owner": d.Owner}
	for _, u := range slices.Backward(h.all) {
		if u.Kind != RowUphold || h.out[u.ID] != "" || u.Payload["effect"] != EffectRuling || u.Payload["owner"] != d.Manager {
			continue
		}
		earlier, ok := h.Get(u.Answers())
		if ok && earlier.Payload["kpi"] == d.KPI && earlier.Payload["row"] == d.Row && earlier.Payload["period"] == d.Period {
			p["counted_for"] = CountedFor(earlier)
			break
		}
	}
	return p
}

// CountedFor is the manager for whom the disputed row counts before any ruling.
func CountedFor(d Decision) string {
	if m := d.Payload["counted_for"]; m != "" {
		return m
	}
	return d.Payload["manager_id"]
}
