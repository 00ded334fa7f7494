// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {DynamicPool} from "./DynamicPool.sol";
import {GuardRails} from "./GuardRails.sol";
import {size} from "./Numbers.sol";
import {UpdateRule} from "./UpdateRule.sol";

/// A price with 18 decimals, and when it was posted.
interface IPriceFeed {
    function latest() external view returns (int256 price, uint256 time);
}

/// A price that its owner posts.
contract PostedPrice is IPriceFeed {
    error NotOwner(address sender);
    error NoPrice(int256 price);

    address public immutable owner = msg.sender;
    int256 private _price;
    uint256 private _time;

    function post(int256 price) external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        if (price <= 0) revert NoPrice(price);
        (_price, _time) = (price, block.timestamp);
    }

    function latest() external view returns (int256 price, uint256 time) {
        return (_price, _time);
    }
}

/// Asks pools' rules for new weights, within guard rails, as often as each pool's interval allows. Anyone may call.
contract UpdateRunner {
    error NotOwner(address sender);
    error WrongSettings(string what);
    error TooEarly(uint256 due);
    error Stale(uint256 token, uint256 age, uint256 most);

    event Updated(DynamicPool indexed pool, int256[] prices, int256[] target, int256[] perSecond);

    /// @param interval seconds from one update to the next, at least.
    /// @param moving seconds in which the weights reach their target.
    /// @param staleness seconds; older prices are not taken, and a token's next feed is asked.
    /// @param floor of every weight.
    /// @param mostChange of a weight in one update.
    /// @param undercut by how much more that limit is kept.
    /// @param restToFirst whether what rounding leaves goes to the first token, not to the largest weight.
    /// @param continues whether weights go on after `moving`, until one of them is at a guard rail.
    struct Settings {
        uint256 interval;
        uint256 moving;
        uint256 staleness;
        int256 floor;
        int256 mostChange;
        int256 undercut;
        bool restToFirst;
        bool continues;
    }

    mapping(DynamicPool => Settings) public settingsOf;
    mapping(DynamicPool => UpdateRule) public ruleOf;
    mapping(DynamicPool => uint256) public lastUpdate;
    mapping(DynamicPool => IPriceFeed[][]) private _feeds;

    /// Takes care of a pool, from this second on. The first update is due after one interval.
    /// @param feeds of each token: the first, and those that are asked if it is stale.
    function register(DynamicPool pool, UpdateRule rule, IPriceFeed[][] calldata feeds, Settings calldata settings)
        external
    {
        if (msg.sender != pool.owner()) revert NotOwner(msg.sender);
        if (feeds.length != pool.reserves().length) revert WrongSettings("feeds for each token");
        if (settings.moving == 0 || settings.moving > settings.interval) revert WrongSettings("moving within interval");
        if (settings.mostChange < 0 || settings.undercut < 0) revert WrongSettings("limits of 0 or more");
        settingsOf[pool] = settings;
        ruleOf[pool] = rule;
        lastUpdate[pool] = block.timestamp;
        delete _feeds[pool];
        for (uint256 i = 0; i < feeds.length; i++) {
            if (feeds[i].length == 0) revert WrongSettings("a feed for each token");
            _feeds[pool].push();
            for (uint256 j = 0; j < feeds[i].length; j++) _feeds[pool][i].push(feeds[i][j]);
        }
    }

    function update(DynamicPool pool) external {
        Settings memory settings = settingsOf[pool];
        uint256 due = lastUpdate[pool] + settings.interval;
        if (settings.interval == 0 || block.timestamp < due) revert TooEarly(due);
        lastUpdate[pool] = block.timestamp;
        int256[] memory prices = _prices(pool, settings.staleness);
        int256[] memory current = pool.weightsNow();
        int256[] memory target =
            GuardRails.applied(ruleOf[pool].update(prices, current), settings.floor, settings.restToFirst);
        int256[] memory perSecond =
            GuardRails.limited(current, target, settings.mostChange, settings.undercut);
        for (uint256 i = 0; i < perSecond.length; i++) perSecond[i] /= int256(settings.moving);
        uint256 until = block.timestamp + settings.moving;
        if (settings.continues) until = block.timestamp + _secondsToRail(current, perSecond, settings);
        pool.move(perSecond, until);
        emit Updated(pool, prices, target, perSecond);
    }

    /// The first price of each token that is not stale.
    function _prices(DynamicPool pool, uint256 staleness) private view returns (int256[] memory prices) {
        IPriceFeed[][] storage feeds = _feeds[pool];
        prices = new int256[](feeds.length);
        for (uint256 i = 0; i < feeds.length; i++) {
            uint256 age;
            for (uint256 j = 0; j < feeds[i].length && prices[i] == 0; j++) {
                (int256 price, uint256 time) = feeds[i][j].latest();
                age = block.timestamp - time;
                if (price > 0 && age <= staleness) prices[i] = price;
            }
            if (prices[i] == 0) revert Stale(i, age, staleness);
        }
    }

    /// For how long weights may go on: at least `moving`, and until the first of them is at a guard rail.
    function _secondsToRail(int256[] memory current, int256[] memory perSecond, Settings memory settings)
        private
        pure
        returns (uint256 found)
    {
        int256 highest = 1e18 - int256(current.length - 1) * settings.floor;
        found = type(uint64).max;
        for (uint256 i = 0; i < current.length; i++) {
            if (perSecond[i] == 0) continue;
            int256 room = perSecond[i] > 0 ? highest - current[i] : current[i] - settings.floor;
            uint256 seconds_ = room > 0 ? uint256(room / size(perSecond[i])) : 0;
            if (seconds_ < found) found = seconds_;
        }
        if (found == type(uint64).max || found < settings.moving) found = settings.moving;
    }
}
