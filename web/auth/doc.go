// Package auth knows who somebody is: passwords, sessions, links that work once,
// and the accounts themselves.
//
// Make an [Authenticator] with [New]. A page for signing in calls
// [Authenticator.SignIn] and gives the secret of the session to the browser with
// [Cookies.Set]. For every request, [Cookies.Secret] reads it back and
// [Authenticator.Find] says whose it is; what that person may do is a matter of
// vigie.User.May. Accounts begin with a [Link]: [Authenticator.First] makes the
// one for the first administrator, [Authenticator.Invite] those of all others.
// A page that a link leads to calls [Authenticator.Look] to show its form and
// [Authenticator.Accept] when the form comes back; only the latter uses it up.
//
// # Rules
//
// Passwords have 12 to 128 characters of any kind but control characters, in NFC
// and with every space as U+0020 (RFC 8265 section 4.2.2). There is no list of known
// passwords here, which would be somebody's: a rule takes out the person's own name
// and address, the words of the product, a few dozen words that are known to top
// such lists, runs and repetitions, and refuses what has fewer than eight characters
// left. They are kept as argon2id (RFC 9106), 64 MiB, three passes,
// one lane; two are worked out at a time, which bounds the memory to 128 MiB.
//
// A session ends after 8 hours without use and 24 hours in all. It gets another
// secret when the password was given and when the role changed. A new password,
// another role and disabling end all other sessions of the person, and the tokens.
//
// A token lets a program read in somebody's name, for 30, 90 or 365 days: what its
// scopes say, as far as the person may at that moment. It begins with "vigie_", is shown
// once, and never signs anybody in.
//
// Wrong passwords are counted for each account, for each network (/24 and /56) and
// in all. After some that are free, each makes the next one wait longer, to 15
// minutes at most; the count melts away with time. A right password takes back the
// try that it was, clears the count of the account and leaves that of the network.
// The counts are in the store: a restart forgets nothing.
//
// Secrets are 32 random bytes. The store has their SHA-256 with the purpose mixed
// in, so that no secret is good for another purpose.
//
// Everything that somebody did here leaves a line in the audit log of the store, in
// the same transaction.
//
// # Caveats
//
// Somebody who keeps failing on purpose keeps an account waiting for up to 15
// minutes at a time; those who are signed in notice nothing, and a reset link gets
// past the wait. Whoever reads the answer of [Authenticator.RequestReset] must not
// show it. The time that a known and an unknown account take is the same only while
// all passwords are kept with the present [Cost]; others are brought up to date as
// their owners sign in. A backup holds password hashes, not sessions that would
// work: restoring one ends all sessions, links and tokens.
package auth
