package feed

import "testing"

func TestAll_declarationsAreConsistent(t *testing.T) {
	feeds, err := parse(source)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range feeds {
		if seen[f.Name] {
			t.Errorf("feed %s is declared twice", f.Name)
		}
		seen[f.Name] = true
		headers := map[string]string{}
		for _, c := range f.Columns {
			if other, twice := headers[c.ZH]; twice {
				t.Errorf("%s: columns %s and %s share the header %s", f.Name, other, c.Name, c.ZH)
			}
			headers[c.ZH] = c.Name
		}
	}
	for _, want := range []string{"customers", "cases", "case_log", "surveys", "bills", "tier_history", "targets"} {
		if !seen[want] {
			t.Errorf("feed %s is missing", want)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	for name, doc := range map[string]string{
		"unknown type":       "- {feed: a, name: {zh: 甲, en: A}, key: [x], columns: [x thing 头]}",
		"undeclared key":     "- {feed: a, name: {zh: 甲, en: A}, key: [y], columns: [x id 头]}",
		"column twice":       "- {feed: a, name: {zh: 甲, en: A}, key: [x], columns: [x id 头, x id 头]}",
		"enum with no value": "- {feed: a, name: {zh: 甲, en: A}, key: [x], columns: [x enum 头]}",
		"since is no date":   "- {feed: a, name: {zh: 甲, en: A}, key: [x], since: x, columns: [x id 头]}",
		"since not in key":   "- {feed: a, name: {zh: 甲, en: A}, key: [x], since: y, columns: [x id 头, y date 日]}",
		"until alone":        "- {feed: a, name: {zh: 甲, en: A}, key: [x], until: y, columns: [x id 头, y date 日]}",
		"no key":             "- {feed: a, name: {zh: 甲, en: A}, columns: [x id 头]}",
	} {
		if _, err := parse([]byte(doc)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestColumn_Code(t *testing.T) {
	f, _ := Get("cases")
	kind, _ := f.Column("kind")
	for in, want := range map[string]string{"complaint": "complaint", "投诉": "complaint", "FAULT": "fault"} {
		if got, ok := kind.Code(in); !ok || got != want {
			t.Errorf("Code(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	if _, ok := kind.Code("抱怨"); ok {
		t.Error("an unknown label was accepted")
	}
}
