// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface IToken {
    function balanceOf(address owner) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// Quadratic funding in rounds (Buterin, Hitzig and Weyl, "A Flexible Design for Funding Public Goods", 2019).
/// A project's match is (sum of the square roots of its contributions)^2 minus their sum. Where a round's budget does
/// not cover all matches, each is scaled down alike. What an address gives to a project in a round is one contribution,
/// in however many payments. All roundings are downwards.
contract QuadraticFunding {
    error NotOrganiser(address sender);
    error NoSuchProject(uint256 project);

    event Contribution(uint256 indexed round, uint256 indexed project, address indexed from, uint256 value);
    event Payout(uint256 indexed round, uint256 indexed project, uint256 contributions, uint256 matched);

    struct Tally {
        uint256 total;
        uint256 roots;
    }

    IToken public immutable token;
    address public immutable organiser;
    uint256 public round;
    address[] public payees;
    mapping(uint256 => mapping(uint256 => Tally)) public tallies;
    mapping(uint256 => mapping(uint256 => mapping(address => uint256))) public given;
    uint256 public contributions;

    constructor(address token_) {
        token = IToken(token_);
        organiser = msg.sender;
    }

    /// What the contract holds that nobody contributed in this round: the funds to match with.
    function pool() public view returns (uint256) {
        return token.balanceOf(address(this)) - contributions;
    }

    function addProject(address payee) external returns (uint256) {
        if (msg.sender != organiser) revert NotOrganiser(msg.sender);
        payees.push(payee);
        return payees.length - 1;
    }

    function contribute(uint256 project, uint256 value) external {
        if (project >= payees.length) revert NoSuchProject(project);
        uint256 before = given[round][project][msg.sender];
        given[round][project][msg.sender] = before + value;
        Tally storage tally = tallies[round][project];
        tally.total += value;
        tally.roots = tally.roots + sqrt(before + value) - sqrt(before);
        contributions += value;
        emit Contribution(round, project, msg.sender, value);
        token.transferFrom(msg.sender, address(this), value);
    }

    /// What each project would be paid beyond its contributions if the round ended with this budget.
    function matches(uint256 budget) public view returns (uint256[] memory matched) {
        uint256 n = payees.length;
        matched = new uint256[](n);
        uint256 sum = 0;
        for (uint256 i = 0; i < n; i++) {
            Tally storage tally = tallies[round][i];
            uint256 square = tally.roots * tally.roots;
            // One contribution's root, rounded down and squared, is at most the contribution.
            matched[i] = square > tally.total ? square - tally.total : 0;
            sum += matched[i];
        }
        if (sum <= budget) return matched;
        for (uint256 i = 0; i < n; i++) matched[i] = matched[i] * budget / sum;
    }

    /// End the round: pay each project its contributions and its match, out of `budget` or the pool if that is less.
    function finalise(uint256 budget) external {
        if (msg.sender != organiser) revert NotOrganiser(msg.sender);
        uint256 funds = pool();
        uint256[] memory matched = matches(budget < funds ? budget : funds);
        uint256 ended = round++;
        contributions = 0;
        for (uint256 i = 0; i < payees.length; i++) {
            uint256 total = tallies[ended][i].total;
            emit Payout(ended, i, total, matched[i]);
            if (total + matched[i] > 0) token.transfer(payees[i], total + matched[i]);
        }
    }

    /// The largest integer whose square is at most `x`, by Newton's method from above.
    function sqrt(uint256 x) public pure returns (uint256 root) {
        root = x;
        uint256 next = x / 2 + x % 2;
        while (next < root) {
            root = next;
            next = (x / root + root) / 2;
        }
    }
}
