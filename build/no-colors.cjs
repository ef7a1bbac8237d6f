// In place of @colors/colors, which looks at the terminal when it is loaded: our log has no colours.
module.exports = {};
