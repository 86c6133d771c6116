package text

import "testing"

func TestSource(t *testing.T) {
	for _, c := range []struct{ in, zh, en string }{
		{"本系统建议", "本系统建议", "proposed by this system"},
		{"本系统", "本系统", "this system"},
		{"本系统建议；S4《手册》：「本系统建议」", "本系统建议；S4《手册》：「本系统建议」", "proposed by this system; S4《手册》：「本系统建议」"},
		{"本系统建议书", "本系统建议书", "本系统建议书"}, // a user's own
		{"", "", ""},
	} {
		if zh, en := ZH.Source(c.in), EN.Source(c.in); zh != c.zh || en != c.en {
			t.Errorf("%q: %q, %q", c.in, zh, en)
		}
	}
}
