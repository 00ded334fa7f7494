// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.5.0;

/// Compiles with solc 0.5 alone.
contract Old {
    uint public answer = 42;

    function () external payable {}
}
