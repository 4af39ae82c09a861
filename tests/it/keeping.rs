//! What a database may do to us, and the commands that keep, move and bring back what is in it: the
//! program itself, as people start it, on files and on servers of its own.
mod backups;
mod commands;
mod mark;
mod moves;
mod place;
mod tables;
mod trouble;
