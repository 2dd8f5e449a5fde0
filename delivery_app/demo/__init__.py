"""The demo: an invented team with two weeks behind it and two before it, and somebody to sign in for each role."""
