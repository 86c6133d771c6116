package ingest

import (
	"cmp"
	"slices"
	"strconv"
)

// A corrected row takes the place that its batch has in time: what came after that batch says more of its key than the
// row does, however late it was corrected. A correction is loaded like any file and then, where anything came between,
// the history is replayed with it right after the batch that it corrects. Lists know the day they speak of and need none
// of this.

// behind is the number of the batch whose rejects the file corrects, by its name; 0: it corrects none, or a list.
func (b *batch) behind() int64 {
	if !b.plan.reload || b.isSnapshot() {
		return 0
	}
	return asNumber(correctedBatch(b.file.path))
}

func asNumber(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// place is where in the history a batch counts: its own number, or for a correction that of the batch it corrects.
func (b Batch) place(list []Batch) int64 {
	of := asNumber(correctedBatch(b.File))
	known := b.corrects && b.ListedOn == "" && slices.ContainsFunc(list, func(o Batch) bool {
		return o.ID == of && o.ID < b.ID && o.Source == b.Source && o.Kind == kindLoad
	})
	if known {
		return of
	}
	return b.ID
}

// split divides the loads in force into those that stay as they are and those to be replayed, in their places. The replay
// begins early enough to hold every batch that one of its corrections corrects.
func (h *history) split(list []Batch) {
	for i := len(list) - 1; h.first > 0 && i >= 0; i-- { // a batch can only correct an earlier one
		if b := list[i]; b.ID >= h.first && (h.takes(b) || slices.Contains(h.off, b.ID)) {
			h.first = min(h.first, b.place(list))
		}
	}
	for _, b := range list {
		switch {
		case !h.takes(b):
		case h.first == 0 || b.ID < h.first:
			h.kept = append(h.kept, b.ID)
		default:
			h.again = append(h.again, b)
		}
	}
	slices.SortStableFunc(h.again, func(a, b Batch) int { return cmp.Compare(a.place(list), b.place(list)) })
}

// takes reports whether a batch is a load of the feed that is in force.
func (h *history) takes(b Batch) bool {
	return b.Kind == kindLoad && b.Feed == h.feed.Name && h.undoers[b.ID] == 0
}
