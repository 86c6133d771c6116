package decision

import "github.com/kamlens/kamlens/internal/fault"

// listColumn is the SHA-256 of the list that was drawn.
const listColumn = "list"

// Draws returns the draws of a period, oldest first. None is ever taken back: whoever draws until it suits leaves the draws
// before beside it.
func (h History) Draws(period string) []Decision {
	var list []Decision
	for _, d := range h.all {
		if d.Kind == SampleDraw && d.Subject == period {
			list = append(list, d)
		}
	}
	return list
}

// lastDraw refuses a draw of somebody who has not seen the last one of the period: what that one took is not drawn again.
func (h History) lastDraw(made Decision) error {
	last := ""
	for _, d := range h.Draws(made.Subject) {
		last = d.ID
	}
	if made.Payload[drawnAfter] != last {
		return fault.New(fault.Refused, "decision.drawn_meanwhile", made.Subject, last)
	}
	return nil
}
