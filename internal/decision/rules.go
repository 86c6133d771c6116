package decision

import "github.com/kamlens/kamlens/internal/rules"

// Rules are the rule parameters that were decided and stand, oldest first: the layer over the rule files.
func (h History) Rules() []rules.Decision {
	var list []rules.Decision
	for i, d := range h.all {
		if d.Kind == RuleSet && h.out[d.ID] == "" {
			list = append(list, rules.Decision{Number: i + 1, ID: d.ID, By: d.ByName, File: FileName, Subject: d.Subject, Fields: d.Payload})
		}
	}
	return list
}
