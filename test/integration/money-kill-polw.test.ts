import { testMoneyKills } from '../support/money-kill-tests.js';

testMoneyKills(true);
