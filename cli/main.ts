#!/usr/bin/env node
console.log('lesswork');
