package text

import "strings"

// Source writes in language l where a definition or a rule comes from. What the product says of itself there is its own
// sentence and translated; quotations of rulebooks, and what users write, stay as they are.
func (l Lang) Source(s string) string {
	parts := strings.Split(s, "；")
	for i, part := range parts {
		for _, key := range Keys("source.") {
			if strings.TrimSpace(part) == ZH.T(key) {
				parts[i] = l.T(key)
			}
		}
	}
	if l == EN {
		return strings.Join(parts, "; ")
	}
	return strings.Join(parts, "；")
}
