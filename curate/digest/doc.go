// Package digest tells subscribers what was published: it keeps subscriptions,
// composes issues, and sends them, each to everybody once.
//
// Make one [Post] for a store with [New] and let [Post.Run] work while the program
// serves. A page for subscribing calls [Post.Subscribe]; the pages that links in
// mails lead to call [Post.Look] to show what they are about, and [Post.Confirm],
// [Post.Prefer], [Post.Unsubscribe] or [Post.Erase] when their form comes back.
// The desk sees what would be told with [Post.Draft] and [Post.Preview], and acts
// with [Post.Compose], [Post.SendNow], [Post.Cancel], [Post.Settle] and
// [Post.Resend].
//
// # Links
//
// A link holds the identity of the subscriber and an HMAC-SHA256 over it and the
// purpose, under a key of the store. Nothing else is in it, so that the link to
// unsubscribe in an old mail works for ever; a link to confirm holds its time and
// works for 7 days. A link of one purpose is good for no other. Addresses are
// below the public one: /fr/lettre/confirmation/…, /fr/lettre/preferences/…,
// /fr/lettre/desinscription/…; an issue is at /fr/lettre/archives/{identity}.
//
// # Who is mailed once
//
// Composing an issue sends nothing: it waits for the time that the settings hold
// it, so that a person can look and cancel. Then its content and its recipients
// are frozen in one transaction. Each worker claims one delivery durably, sends the
// mail, and settles the delivery durably. What a crash finds claimed is uncertain,
// and so is a mail whose connection broke after its last line: a person decides,
// with Settle or Resend. A crash leaves no more of them than there are workers.
//
// Failures that are about the recipient are kept in the ledger of that recipient;
// temporary ones are tried again for 3 days. Failures of the server, or of the way
// to it, stop the pass: what was claimed and certainly not taken waits, and after a
// pause of 1 minute that doubles up to 6 hours, one worker tries again.
//
// Letters about somebody's own subscription are different: they are sent until a
// server took them, a second copy harms nobody, and after 3 days they are dropped.
//
// # Alerts
//
// What a saved search found ([index.Alerts] writes it into the store) becomes one mail
// to its owner, in the language of the search: a minute after the first of it where it
// is told at once, by day or by week at the hour of the digest. Planning takes the
// documents out of what waits, in one transaction, so that each is told of once; the
// mail then has the states of a delivery, one is on its way at a time, and what a crash
// finds claimed is uncertain and waits for the owner ([Post.SettleAlert],
// [Post.ResendAlert]). What was withdrawn or removed meanwhile is left out. The link
// that ends the mails of a search ([Post.StopAlert]) is of the kind above, at
// /fr/recherches/arret/….
//
// # Caveats
//
// There is one Post for a store. Without a public address nothing can be sent,
// because every mail has links: [Post.Ready] says so. After a backup was restored
// nothing is sent before [Post.Resume]; deliveries that were still planned become
// uncertain then, for they may have been sent since the backup, and so do alerts, of
// what waited for one too.
package digest
