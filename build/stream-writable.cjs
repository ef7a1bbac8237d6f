// In place of readable-stream's class, which winston-transport asks for by its file.
module.exports = require('node:stream').Writable;
