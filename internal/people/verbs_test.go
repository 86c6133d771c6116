package people_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

// constants returns the constants of type Verb as verbs.go declares them: their names by value, and the values in order.
func constants(t *testing.T) (names map[string]string, order []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "verbs.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names = map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.ValueSpec)
		if !ok || s.Type == nil || fmt.Sprint(s.Type) != "Verb" {
			return true
		}
		literal, ok := s.Values[0].(*ast.BasicLit)
		if !ok {
			t.Fatalf("%s is no plain constant", s.Names[0].Name)
		}
		value, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		names[value] = s.Names[0].Name
		order = append(order, value)
		return true
	})
	if len(order) < 10 {
		t.Fatalf("only the verbs %v were found", order)
	}
	return names, order
}

// TestVerbs_documented: docs/people.md shows the table as it is, and both languages have words for all of it.
func TestVerbs_documented(t *testing.T) {
	_, order := constants(t)
	want := []string{"| verb | what it allows | roles |", "|---|---|---|"}
	for _, verb := range order {
		v := people.Verb(verb)
		var roles []string
		for _, r := range people.Roles() {
			if r.Allows(v) {
				roles = append(roles, string(r))
			}
		}
		if len(roles) == 0 {
			t.Errorf("no role gives %s", v)
		}
		if !text.Has("people.verb." + verb) {
			t.Errorf("no words for %s", v)
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s |", v, v.In(text.EN), strings.Join(roles, ", ")))
	}
	for _, r := range people.Roles() {
		for _, v := range r.Verbs() {
			if !text.Has("people.role."+string(r)) || !text.Has("people.verb."+string(v)) {
				t.Errorf("no words for %s or %s", r, v)
			}
		}
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "people.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(doc)) {
		if strings.HasPrefix(line, "|") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/people.md does not show what roles may do (-want +got)\n%s", diff)
	}
}

// TestRoles: the lines that must not be crossed, whatever else changes in the table.
func TestRoles(t *testing.T) {
	admin := []people.Verb{people.UserEdit, people.UserRead, people.UserToken} // users only
	if diff := cmp.Diff(admin, people.Admin.Verbs()); diff != "" {
		t.Error(diff)
	}
	for _, r := range people.Roles() {
		if r != people.Admin && r.Allows(people.UserEdit) {
			t.Errorf("%s keeps users", r)
		}
		if r != people.Auditor && r.Allows(people.AuditRead) {
			t.Errorf("%s reads the audit", r)
		}
		steps := 0 // of the three that take three people
		for _, v := range []people.Verb{people.TierPropose, people.TierReview, people.TierApprove} {
			if r.Allows(v) {
				steps++
			}
		}
		if steps > 1 {
			t.Errorf("%s alone takes %d steps of a tier's way", r, steps)
		}
	}
	for _, v := range people.Auditor.Verbs() {
		if !strings.HasSuffix(string(v), ".read") && v != people.UserToken {
			t.Errorf("the auditor may %s", v)
		}
	}
	if people.Role("boss").Allows(people.UserToken) || (people.Person{}).May(people.UserToken) {
		t.Error("a role that does not exist, or none, gives a verb")
	}
}

// TestVerbs_checked: a verb that nothing checks and no kind of decision names is a promise without a lock.
func TestVerbs_checked(t *testing.T) {
	names, _ := constants(t)
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "internal", "decision")); err != nil {
		for _, v := range []string{"rule.edit", "target.edit", "tier.propose", "tier.review", "tier.approve", "tier.override", "duty.waive",
			"breach.report", "breach.confirm", "row.dispute", "row.decide", "period.freeze", "decision.read"} {
			delete(names, v) // verbs of decisions come with the kinds of decisions
		}
	}
	used := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "verbs.go" {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := e.X.(*ast.Ident); ok && x.Name == "people" {
					used[e.Sel.Name] = true
				}
			case *ast.Ident:
				used[e.Name] = used[e.Name] || f.Name.Name == "people"
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for verb, name := range names {
		if !used[name] {
			t.Errorf("nothing checks %s", verb)
		}
	}
}
