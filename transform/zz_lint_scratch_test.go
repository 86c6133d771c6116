package transform_test
import ("testing"; ksql "github.com/kamlens/kamlens/sql")
func TestZZLint(t *testing.T) {
	ms, err := ksql.Load(ksql.Embedded); if err != nil { t.Fatal(err) }
	for _, m := range ms { for _, p := range ksql.Lint(m) { t.Log(p) } }
}
