"""What people wrote: the bundle and the statements about it, checked at the gate. Pure."""
