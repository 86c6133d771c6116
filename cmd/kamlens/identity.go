package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/store"
)

// tokenVariable is the environment variable that holds the token of the person named by --as.
const tokenVariable = "KAMLENS_TOKEN"

// identity is what the command line says about who is acting. The token never is an argument: those are seen by others.
type identity struct{ as, tokenFile string }

// add gives a command the flags.
func (i *identity) add(flags *pflag.FlagSet) {
	flags.StringVar(&i.as, "as", "", "谁在操作：用户编号；令牌取自环境变量 KAMLENS_TOKEN 或 --token-file · who is acting: the id of a user; the token comes from the environment, KAMLENS_TOKEN, or --token-file")
	flags.StringVar(&i.tokenFile, "token-file", "", "存有令牌的文件 · file that holds the token")
}

// token returns what proves the identity.
func (i *identity) token() (string, error) {
	token := os.Getenv(tokenVariable)
	if i.tokenFile != "" {
		data, err := os.ReadFile(i.tokenFile)
		if err != nil {
			return "", fault.New(fault.Usage, "people.cli.token_file", i.tokenFile).Because(err)
		}
		token = string(data)
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", fault.New(fault.Usage, "people.cli.no_token", tokenVariable)
	}
	return token, nil
}

// actor is a person who has proved who they are, among the people of the installation.
type actor struct {
	people *people.People
	people.Person
}

// act does what verb v allows, and writes it into the audit; see [people.People.Act].
func (w actor) act(ctx context.Context, v people.Verb, subject, reason string, do func() error) error {
	return w.people.Act(ctx, w.Person, v, subject, reason, do)
}

// withActor opens the application state for the length of f, for the person whom --as names.
func (a *app) withActor(ctx context.Context, i identity, f func(config.Config, *store.Store, actor) error) error {
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		who, err := a.actor(ctx, s, i)
		if err != nil {
			return err
		}
		return f(c, s, who)
	})
}

// actor proves the identity among the people whom s keeps.
func (a *app) actor(ctx context.Context, s *store.Store, i identity) (actor, error) {
	all := people.New(s, a.now)
	empty, err := all.Empty(ctx)
	switch {
	case err != nil:
		return actor{}, err
	case empty:
		return actor{}, fault.New(fault.Refused, "people.none")
	case i.as == "":
		return actor{}, fault.New(fault.Usage, "people.cli.no_as")
	}
	token, err := i.token()
	if err != nil {
		return actor{}, err
	}
	p, err := all.Authenticate(ctx, i.as, token)
	return actor{all, p}, err
}
