package kpi

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	models "github.com/kamlens/kamlens/sql"
)

// TestNoKPIInCode: no measure is named in code, so that adding one is adding one file. Comments and tests may name
// measures; so do the generator of the synthetic company, which plants facts for them, and the slow second
// implementation, which only tests import.
func TestNoKPIInCode(t *testing.T) {
	all, err := models.Load(models.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range all {
		if m.Layer == models.KPI {
			ids = append(ids, regexp.QuoteMeta(m.Header.Get("id")), models.ViewName(m.Header.Get("id")))
		}
	}
	if len(ids) == 0 {
		t.Fatal("no measures")
	}
	cells := map[string]bool{"ingest/template.go": true} // workbook cells, not measures: reviewed by hand
	// a period such as 2026-H1 and a cell such as sheet!A1 are no measures
	id := regexp.MustCompile(`(?i)(^|[^-!A-Za-z0-9_])(` + strings.Join(ids, "|") + `)($|[^A-Za-z0-9_])`)
	root := filepath.Join("..", "..")
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && (path == filepath.Join(root, "internal", "demo") || path == filepath.Join(root, "internal", "oracle") || name == "testdata" || name != ".." && strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if e.IsDir() || cells[filepath.ToSlash(rel)] || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path) //nolint:gosec // files of this repository
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		var s scanner.Scanner
		s.Init(fset.AddFile(path, -1, len(src)), src, nil, 0) // comments are skipped
		for {
			pos, tok, lit := s.Scan()
			if tok == token.EOF {
				return nil
			}
			if tok == token.STRING && id.MatchString(strings.Trim(lit, "\"`")) {
				t.Errorf("%s: a KPI is named in code: %s", fset.Position(pos), lit)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
