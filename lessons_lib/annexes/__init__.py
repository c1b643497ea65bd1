"""The annexes: what a newcomer may leave unread. The house imports none, and none another."""
