// Package fault carries errors that a user must understand: what went wrong, in the user's language, and of which
// kind, so that the command line can choose an exit code and the web server a status.
//
// Other errors stay plain Go errors; they count as internal. The package knows the catalogue of texts and nothing else.
package fault

import (
	"errors"
	"fmt"

	"github.com/kamlens/kamlens/internal/text"
)

// Kind says whose move it is after the error.
type Kind int

// The kinds, with the exit codes that scripts rely on.
const (
	Internal Kind = iota // exit 1: a fault of ours or of the machine
	Usage                // exit 2: the command or the question was wrong
	Refused              // exit 3: data was refused, or a blocking check failed
	Busy                 // exit 4: another process holds the warehouse
	NotFound             // exit 1, HTTP 404
)

// Error is an error with a message in both languages.
type Error struct {
	Kind Kind
	Key  string // of the text catalogue
	Args []any
	Err  error // cause, may be nil; not shown to the user unless it is itself an *Error
}

// New returns an error of kind k whose message is key in the text catalogue.
func New(k Kind, key string, args ...any) *Error { return &Error{Kind: k, Key: key, Args: args} }

// Because returns e with its cause set.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// Error is the English message, with the cause: for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.In(text.EN), e.Err)
	}
	return e.In(text.EN)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// In returns the message in language l.
func (e *Error) In(l text.Lang) string { return l.T(e.Key, e.Args...) }

// Text returns what to show a user for any error, in language l.
func Text(l text.Lang, err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.In(l)
	}
	if path, ok := Denied(err); ok {
		return l.T("fault.denied", path)
	}
	return l.T("fault.internal", err.Error())
}

// KindOf returns the kind of err; a plain error is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// ExitCode returns the exit code of err: 0 for nil.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	switch KindOf(err) {
	case Usage:
		return 2
	case Refused:
		return 3
	case Busy:
		return 4
	default:
		return 1
	}
}
