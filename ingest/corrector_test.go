package ingest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

const (
	correctedHead = "case_id,customer_id,kind,created_at,kamlens_reject_line\n"
	correctedRow  = "2,C2,fault,2026-10-02 08:00:00,3\n"
	deciders      = "select batch_id, corrects, decided_by, decided_name, rows_loaded from batches order by 1"
)

// TestRun_corrector: a corrected reject file is loaded for somebody who answers for it, and for nobody else.
func TestRun_corrector(t *testing.T) {
	s := newSite(t, "  - {name: own, feed: cases, path: '*.csv'}\n")
	s.nobody = true
	s.write("a.csv", "case_id,customer_id,kind,created_at\n1,C1,fault,2026-10-01 08:00:00\n")
	s.must(Options{})
	path := s.write("1-own.csv", correctedHead+correctedRow)

	r, out, err := s.run(Options{})
	if err != nil || len(r) != 2 || !r[1].LeftAlone {
		t.Fatalf("%v %+v\n%s", err, r, out)
	}
	for l, want := range map[text.Lang]string{text.ZH: "没有装入；请运行：kamlens ingest --as", text.EN: "not loaded. Run: kamlens ingest --as USER --file " + path} {
		if said := r[1].Text(l); !strings.Contains(said, want) {
			t.Errorf("%s lacks %s", said, want)
		}
	}
	if !strings.Contains(out, "left alone until somebody answers for them: 1") {
		t.Error(out)
	}
	_, _, err = s.run(Options{File: path})
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Usage || f.Key != "ingest.reject.who" {
		t.Errorf("asked for by name: %v", err)
	}
	if r := s.must(Options{File: path, DryRun: true}); r[0].Loaded != 1 {
		t.Errorf("a dry run needs nobody: %+v", r[0])
	}

	no := fault.New(fault.Refused, "people.refused")
	refuse := &Corrector{By: "x", Act: func(context.Context, string, func() error) error { return no }}
	if r, _, err := s.run(Options{Corrector: refuse}); fault.KindOf(err) != fault.Refused || r[1].Refused != no {
		t.Errorf("%v %+v", err, r)
	}
	if d := cmp.Diff([]string{"1|false|-|-|1"}, s.query(deciders)); d != "" {
		t.Error(d)
	}

	var subjects []string
	who := corrector()
	who.Act = func(_ context.Context, subject string, load func() error) error {
		subjects = append(subjects, subject)
		return load()
	}
	s.must(Options{Corrector: who})
	s.must(Options{Corrector: who}) // loaded before: no act
	if d := cmp.Diff([]string{path}, subjects); d != "" {
		t.Error(d)
	}
	// Read anew under another mapping, the bytes are still that person's.
	s.yaml = strings.Replace(s.yaml, "feed: cases,", "feed: cases, null_values: ['无'],", 1)
	s.must(Options{})
	want := []string{"1|false|-|-|1", "2|true|wang|王芳|1", "3|false|-|-|1", "4|true|wang|王芳|1"}
	if d := cmp.Diff(want, s.query(deciders)); d != "" {
		t.Error(d)
	}
}
