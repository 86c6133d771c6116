package assess

// weigh gives the weight of lines without a result to the others: first to those of the same group of dimensions, in
// proportion to their weights; that of a group without any result to all others, in proportion. kept is the share of all
// weight, in percent, that lines with a result had to begin with.
func weigh(lines []Line) (kept float64) {
	type shares struct{ all, scored float64 }
	groups := map[string]shares{}
	total, left := 0.0, 0.0
	for _, l := range lines {
		s := groups[l.Group]
		s.all += float64(l.Weight)
		if l.scored() {
			s.scored += float64(l.Weight)
		}
		groups[l.Group] = s
	}
	for _, s := range groups {
		total += s.all
		kept += s.scored
		if s.scored > 0 {
			left += s.all
		}
	}
	if total == 0 || left == 0 {
		return 0
	}
	for i := range lines {
		if s := groups[lines[i].Group]; lines[i].scored() && s.scored > 0 {
			lines[i].Used = float64(lines[i].Weight) * s.all / s.scored * 100 / left
		}
	}
	return 100 * kept / total
}
