package polite_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// TestDebtsSurvive: of very many hosts that ask for time, those whose wish was kept are
// forgotten and met again; those whose wish only memory knows stay, up to a bound beyond
// which the oldest go.
func TestDebtsSurvive(t *testing.T) {
	const many, bound = 40_000, 16_384
	name := func(i int) string { return fmt.Sprintf("h%d.example", i) }
	for _, persisted := range []bool{true, false} {
		t.Run(fmt.Sprintf("persisted %v", persisted), func(t *testing.T) {
			start, asked := time.Now(), 0
			o := polite.Options{Now: func() time.Time { return start.Add(time.Duration(asked) * time.Millisecond) }}
			var kept ledger
			if persisted {
				o = kept.options(o)
			}
			door := polite.New(o)
			for ; asked < many; asked++ {
				door.Hush(t.Context(), name(asked))
			}
			if n := door.Hosts(); n > bound || persisted && n > 5_500 {
				t.Errorf("%d hosts are remembered", n)
			}
			lost, newest := 0, 0
			for i := range many {
				if door.Quiet(name(i)) == nil {
					lost, newest = lost+1, i
				}
			}
			if persisted {
				for i := 0; i < many; i += 1000 {
					_, err := door.Get(t.Context(), polite.Request{URL: "http://" + name(i) + "/"})
					if _, ok := errors.AsType[*polite.RetryError](err); !ok {
						t.Fatalf("the wish of %s was lost: %v", name(i), err)
					}
				}
				return
			}
			if lost == 0 || lost > many-bound+5_000 || newest != lost-1 {
				t.Errorf("%d wishes were lost, the newest of them number %d", lost, newest)
			}
		})
	}
}

// TestDebtsOfWhoWaits: what is owed to a host is known when its turn comes, whoever was
// met since it was asked for.
func TestDebtsOfWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "/", crawltest.Page{Body: string(random(1_000))})
		var kept ledger
		o := kept.options(polite.Options{DailyBytes: 70_500})
		host := web.URL(site, "")[len("http://"):]
		kept.hosts = map[string][]byte{host: fmt.Appendf(nil, `{"day":%d,"bytes":70000}`, time.Now().Unix()/86400)}
		var door *polite.Transport
		o.SaveRobots = func(ctx context.Context, _ string, _ []byte) error {
			for i := range 20_000 {
				door.Hush(ctx, fmt.Sprintf("h%d.example", i))
			}
			return nil
		}
		door = bubble(t, web, o)
		if err := get(t, door, web.URL(site, "/")); err != nil {
			t.Fatal(err)
		}
		_, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/")})
		if _, ok := errors.AsType[*polite.BudgetError](err); !ok {
			t.Errorf("the bytes of the day were forgotten: %v", err)
		}
	})
}
